import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forReaders, probabilityText } from '../../src/page/result/texts.ts';

describe('Numbers of a result on the page', () => {
  it('never call a probability none or all', () => {
    assert.equal(probabilityText(0), '< 0.001');
    assert.equal(probabilityText(0.0004), '< 0.001');
    assert.equal(probabilityText(0.0006), '0.001');
    assert.equal(probabilityText(0.9936), '0.994');
    assert.equal(probabilityText(0.9996), '> 0.999');
    assert.equal(probabilityText(1), '> 0.999');
  });

  it('leave out what is for whoever runs the service', () => {
    const cut = { code: 'lungs-cut-off' };
    assert.deepEqual(forReaders([{ code: 'provider-fallback' }, cut]), [cut]);
  });
});
