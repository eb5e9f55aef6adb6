/**
 * A self-signed certificate for 127.0.0.1, valid 2020 to 2120, made with `openssl ca -selfsign`. Its key is
 * public by being here: it protects nothing and nobody trusts it but the tests.
 */
export const loopbackCertificate = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgumQ6AhKyM2LlcRvn
OleFx85hX90sYOOilXdcA85sV+ahRANCAAQYPaBCfHYnHEg3QcnJH7jvrUy7GHJV
mQxapsjjaASHJU9BmwOPccXHecTpXFd3UjbvPOHuLFKLGvPGo4ESVJ3F
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBlzCCAT2gAwIBAgIUDvjV8X4Cu7+rZHlxhURNCN/YEwQwCgYIKoZIzj0EAwIw
KDEmMCQGA1UEAwwdTG9iYXIgdGVzdCwgdHJ1c3RlZCBieSBub2JvZHkwIBcNMjAw
MTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMCgxJjAkBgNVBAMMHUxvYmFyIHRl
c3QsIHRydXN0ZWQgYnkgbm9ib2R5MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
GD2gQnx2JxxIN0HJyR+4761MuxhyVZkMWqbI42gEhyVPQZsDj3HFx3nE6VxXd1I2
7zzh7ixSixrzxqOBElSdxaNDMEEwDwYDVR0RBAgwBocEfwAAATAPBgNVHRMBAf8E
BTADAQH/MB0GA1UdDgQWBBSJIzwULdEozMDZi9s+JOkpjJdvHjAKBggqhkjOPQQD
AgNIADBFAiBkKOKqc6vq8Dw4ghBtKKXIIICkurHhD9DE78kukqHwvQIhAPOU3fZB
WgJ4eLmt06iD+7EhuPdSt2F/OPa0iVWlvbKD
-----END CERTIFICATE-----
`,
};
