import { mount } from 'svelte';
import type { Bridge } from '../preload/window.ts';
import AppWindow from './window/AppWindow.svelte';
import { App } from './client/app.svelte.ts';
import { Client } from './client/client.ts';
import { ipcTransport } from './client/ipc-transport.ts';
import { signIn } from './window/host-sign-in.ts';
import { socketTransport } from './client/socket-transport.ts';
import './styles/tokens.css';
import './styles/base.css';

declare global {
  interface Window {
    readonly stevedore?: Bridge;
  }
}

const start = async (): Promise<void> => {
  const bridge = window.stevedore;
  if (bridge === undefined) await signIn.byFragment();
  const transport =
    bridge === undefined
      ? socketTransport(new URL('socket', document.baseURI.replace(/^http/, 'ws')), signIn.present)
      : ipcTransport(bridge);
  const client = new Client(transport);
  const target = document.getElementById('app');
  if (target !== null) mount(AppWindow, { target, props: { app: new App(client, transport) } });
};

void start();
