; What the Windows installer adds: a link in the menu "Send to" of the file manager. It hands the files over as arguments.
!macro customInstall
  CreateShortCut "$SENDTO\Stevedore.lnk" "$INSTDIR\${APP_EXECUTABLE_FILENAME}" "" "$INSTDIR\${APP_EXECUTABLE_FILENAME}" 0
!macroend

!macro customUnInstall
  Delete "$SENDTO\Stevedore.lnk"
!macroend
