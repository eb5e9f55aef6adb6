import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { laneNetworks } from '../../src/inference/lane-networks.ts';
import type { LaneAnswer, LaneBatch, LaneLoad } from '../../src/inference/lane-protocol.ts';

const batch = (value: number) => ({ data: Float32Array.of(value), dims: [1] });

const loadOf = (lanes: number): LaneLoad => new Int32Array(new SharedArrayBuffer(4 * lanes));

/** Lanes that answer when the test says so, with their input; only the first has the classifier. */
function heldLanes(t: TestContext, count: number) {
  const channels = Array.from({ length: count }, () => new MessageChannel());
  t.after(() => {
    for (const { port1 } of channels) port1.close();
  });
  const plan = channels.map((_, i) => ({
    lungsLobes: 1,
    opacities: 1,
    ...(i === 0 ? { classifier: 1 } : {}),
  }));
  const load = loadOf(count);
  const lanes = channels.map(({ port1 }, lane) => {
    const asked: LaneBatch[] = [];
    port1.on('message', (one: LaneBatch) => void asked.push(one));
    const answerNext = () => {
      const next = asked.shift();
      if (next === undefined) throw new Error('nothing is asked');
      const input = next.input.data as Float32Array<ArrayBuffer>;
      const answer: LaneAnswer = { id: next.id, input, ran: [0, 1], said: { answer: next.input } };
      Atomics.sub(load, lane, 1);
      port1.postMessage(answer);
    };
    return { port: port1, asked, answerNext };
  });
  /** When so many batches wait in all lanes. */
  const arrived = async (count: number) => {
    while (lanes.reduce((sum, { asked }) => sum + asked.length, 0) !== count) await turn();
  };
  return {
    lanes,
    arrived,
    networks: laneNetworks({ ports: channels.map(({ port2 }) => port2), plan, load }),
  };
}

describe('the way to the lanes', () => {
  it('leads to the one that has the least to do, also where its answers are not heard yet', async (t) => {
    const { lanes, arrived, networks } = heldLanes(t, 2);
    const values = () => lanes.map(({ asked }) => asked.map(({ input }) => input.data[0]));
    const answers = [1, 2, 3].map((value) => networks.opacities(batch(value)));
    await arrived(3);
    assert.deepEqual(values(), [[1, 3], [2]]);
    lanes[0]?.answerNext();
    lanes[0]?.answerNext();
    // In the same turn: no event has told of the answers yet.
    answers.push(networks.opacities(batch(4)));
    await arrived(2);
    assert.deepEqual(values(), [[4], [2]]);
    for (const { answerNext } of lanes) answerNext();
    const heard = await Promise.all(answers);
    assert.deepEqual(
      heard.map(({ data }) => data[0]),
      [1, 2, 3, 4],
    );
  });

  it('leads to a lane that has the network, as its plan says', async (t) => {
    const { lanes, arrived, networks } = heldLanes(t, 2);
    const answers = [1, 2].map((value) => networks.classifier(batch(value)));
    await arrived(2);
    assert.deepEqual(
      lanes.map(({ asked }) => asked.length),
      [2, 0],
    );
    lanes[0]?.answerNext();
    lanes[0]?.answerNext();
    await Promise.all(answers);
    await assert.rejects(networks.lungs(batch(3)), /no lane has a network for lungs/);
  });

  it('fails all that waits for a lane when it ends, and what is asked of it later, by its number', async (t) => {
    const { lanes, arrived, networks } = heldLanes(t, 2);
    const answers = [1, 2, 3, 4].map((value) => networks.opacities(batch(value)));
    const ended = Promise.allSettled(answers);
    await arrived(4);
    lanes[1]?.port.close();
    const gone = { code: 'inference-failed', message: /lane 1 is gone/ };
    await assert.rejects(answers[1] ?? assert.fail(), gone);
    await assert.rejects(answers[3] ?? assert.fail(), gone);
    await assert.rejects(networks.opacities(batch(5)), gone);
    lanes[0]?.answerNext();
    lanes[0]?.answerNext();
    const statuses = (await ended).map(({ status }) => status);
    assert.deepEqual(statuses, ['fulfilled', 'rejected', 'fulfilled', 'rejected']);
  });

  it('fails what waits where an answer cannot be read', async () => {
    const { port1, port2 } = new MessageChannel();
    const { opacities } = laneNetworks({ ports: [port2], plan: [{ opacities: 1 }], load: loadOf(1) });
    const answer = opacities(batch(1));
    port2.dispatchEvent(new Event('messageerror'));
    const unread = { code: 'inference-failed', message: /lane 0 sent an answer that cannot be read/ };
    await assert.rejects(answer, unread);
    await assert.rejects(opacities(batch(2)), unread);
    port1.close();
  });
});
