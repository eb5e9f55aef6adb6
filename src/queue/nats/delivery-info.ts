/**
 * What the reply subject of a message of a consumer tells (NATS ADR-15): `$JS.ACK.` and then, from the stream on, stream,
 * consumer, deliveries, sequence in the stream, sequence in the consumer, time, pending; newer servers put a domain and a
 * hash of the account before the stream.
 */
export function deliveryInfo(reply: string): { readonly deliveries: number; readonly sequence: number } {
  const tokens = reply.split('.');
  const from = tokens.length === 9 ? 4 : 6;
  return { deliveries: Number(tokens[from]), sequence: Number(tokens[from + 1]) };
}
