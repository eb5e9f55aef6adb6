/** HEALTHCHECK of the image: 0 while the service takes requests. Its port may be served by HTTPS or HTTP. */
import { get as getByHttp } from 'node:http';
import { get as getByHttps } from 'node:https';

const port = process.env['LOBAR_HTTP_PORT'] ?? '8080';

function answers(scheme: 'http' | 'https'): Promise<boolean> {
  return new Promise((resolve) => {
    const get = scheme === 'https' ? getByHttps : getByHttp;
    // Who has the port of the own container is not in question, so neither is its certificate.
    const options = { rejectUnauthorized: false, timeout: 4000 };
    get(`${scheme}://127.0.0.1:${port}/health/ready`, options, ({ statusCode }) =>
      resolve(statusCode === 200),
    )
      .on('timeout', () => resolve(false))
      .on('error', () => resolve(false));
  });
}

const healthy = await Promise.all([answers('https'), answers('http')]);
process.exit(healthy.includes(true) ? 0 : 1);
