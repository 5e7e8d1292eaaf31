/** So many items of a list are found faster by typing than by looking. */
export const searchFrom = 10;
