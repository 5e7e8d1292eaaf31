/* global document, location, window */
import { greeting } from './module.js';

const said = document.querySelector('#said');
const drop = document.querySelector('#drop');

window.seen = {
  greeting,
  early: window.fixture !== undefined,
  secure: window.isSecureContext,
  node: typeof window.require + typeof window.process,
  told: [],
};
window.fixture?.listen((...args) => window.seen.told.push(args));

drop.addEventListener('dragover', (event) => event.preventDefault());
drop.addEventListener('drop', (event) => {
  event.preventDefault();
  window.seen.trusted = event.isTrusted;
  window.seen.dropped = [...event.dataTransfer.files].map((file) => window.fixture?.pathOf(file) ?? file.name);
  said.textContent = window.seen.dropped.join('\n');
});
document.querySelector('#choose').addEventListener('change', (event) => {
  window.seen.chosen = [...event.target.files].map((file) => window.fixture.pathOf(file));
});

window.work = () =>
  new Promise((resolve) => {
    const worker = new window.Worker(new URL('worker.js', location.href));
    worker.addEventListener('message', (event) => resolve(event.data));
    worker.postMessage(20);
  });
window.permission = (name) => navigator.permissions.query({ name }).then((status) => status.state);
