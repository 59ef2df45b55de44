/** Tells the page that opened the frame that the payer has decided; what came of it, it asks the gateway. */
const done = document.getElementById('done');
if (done && window.parent !== window) {
  const { intent, parent } = done.dataset;
  window.parent.postMessage({ sandbox: true, type: 'challenge_done', intent }, parent ?? '');
}
