/** What a JSON object holds that another server answered; undefined where it is none. */
export async function jsonObject(answer: Response): Promise<Readonly<Record<string, unknown>> | undefined> {
  const found: unknown = await answer.json().catch(() => undefined);
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? { ...found } : undefined;
}
