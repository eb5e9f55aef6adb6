/** In the place of zarrita, as NiiVue imports it: the page opens NIfTI alone, so that none of it is ever called. */
function notHere(): never {
  throw new Error('this page reads no Zarr');
}

export { notHere as FetchStore, notHere as get, notHere as open, notHere as root, notHere as slice };
