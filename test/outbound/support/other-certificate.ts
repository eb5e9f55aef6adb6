/**
 * A second self-signed certificate for 127.0.0.1 and localhost, valid for a hundred years, made with
 * `openssl req -x509 -newkey ec -nodes -days 36500`. Its key is public by being here: it protects nothing.
 */
export const otherCertificate = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgRlSG7PGQR5elOaNF
Wl6YonWWvxhpHv5XL4/6B2VOi2mhRANCAAQuJrkBGMV90Kuue/KxD761MxtRvbEC
DjERRbtY32msf59XV/Hxg7r2rE1W4TorowVakXc2IpkQT8xX2DpY3ZGr
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBsDCCAVWgAwIBAgIUXJL8qfC0F7tynPicSR2DJR+zHGMwCgYIKoZIzj0EAwIw
HjEcMBoGA1UEAwwTbG9iYXIgdGVzdCBzdHJhbmdlcjAgFw0yNjExMjMxNTE4MzVa
GA8yMTI2MTAzMDE1MTgzNVowHjEcMBoGA1UEAwwTbG9iYXIgdGVzdCBzdHJhbmdl
cjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABC4muQEYxX3Qq6578rEPvrUzG1G9
sQIOMRFFu1jfaax/n1dX8fGDuvasTVbhOiujBVqRdzYimRBPzFfYOljdkaujbzBt
MB0GA1UdDgQWBBSJAp8kOOx9O1fCUzju2y34RKEH7TAfBgNVHSMEGDAWgBSJAp8k
OOx9O1fCUzju2y34RKEH7TAPBgNVHRMBAf8EBTADAQH/MBoGA1UdEQQTMBGHBH8A
AAGCCWxvY2FsaG9zdDAKBggqhkjOPQQDAgNJADBGAiEAkwOsHagbs6uQ9KpvmCVR
xuU5HTitFfw+wxluhxBR1F4CIQDcE0o5mIp0Sc7SXbTNuvmZ8RYNnD/bg8/rIHnL
1aSyDA==
-----END CERTIFICATE-----
`,
};
