# Lobar as a container: docs/IMAGE.md.
#   docker build --target cpu -t lobar:cpu .
#   docker build --target gpu -t lobar:gpu .
#   docker build --target sbom --output out .      # out/sbom.cdx.json, the one that is in the image; sbom-gpu: of the other
#
# Behind a registry mirror or a proxy with an authority of its own, neither of which gets into a layer:
#   docker build --secret id=npmrc,src=$HOME/.npmrc --secret id=ca,src=ca.pem ...

# Tags, as the digest of a day would stop security fixes of Debian and Ubuntu. To build the same image again give both
# by digest: --build-arg NODE_IMAGE=docker.io/library/node:24-bookworm-slim@sha256:...
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim
# CUDA 13 with cuDNN 9 is what the provider below was built for; needs a driver of 580 or newer on the host.
ARG CUDA_IMAGE=docker.io/nvidia/cuda:13.0.2-cudnn-runtime-ubuntu24.04
# The wheel for Python of the same version as the npm package onnxruntime-node.
ARG ORT_VERSION=1.30.0
ARG ORT_WHEEL=https://files.pythonhosted.org/packages/9e/80/d96143329dbe925d434b016c890a5caa785fac8e14a1570e5d6818b63545/onnxruntime_gpu-1.30.0-cp312-cp312-manylinux_2_28_x86_64.whl
ARG ORT_WHEEL_SHA256=6acc0f4b3d5ac5f2984432faa59dd8fcce6775f8b43a7140afa0f322c7a703b1


FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json docker/prune.sh ./
# Without scripts: no package of production needs its own, and that of onnxruntime-node fetches a CUDA provider that is
# not ours.
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
    --mount=type=secret,id=ca,target=/run/secrets/ca.pem \
    if [ -s /run/secrets/ca.pem ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca.pem; fi; \
    npm ci --omit=dev --ignore-scripts --no-audit --no-fund --cache /tmp/npm && \
    sh prune.sh node_modules && \
    chmod -R u=rwX,go=rX . && \
    rm -rf /tmp/npm prune.sh


# The reading page, built by packages of development, none of which gets into an image. Without scripts here, too.
FROM ${NODE_IMAGE} AS page
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
    --mount=type=secret,id=ca,target=/run/secrets/ca.pem \
    if [ -s /run/secrets/ca.pem ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca.pem; fi; \
    npm ci --ignore-scripts --no-audit --no-fund --cache /tmp/npm && rm -rf /tmp/npm
COPY tsconfig.json ./
COPY src/ src/
RUN npm run page && chmod -R u=rwX,go=rX src/page/dist


# Every user may read it: COPY keeps the modes that files have in the clone, which are those of who made it (umask).
FROM ${NODE_IMAGE} AS files
WORKDIR /app
COPY LICENSE package.json ./
COPY docker/healthcheck.ts docker/
COPY models/ models/
COPY src/ src/
# What the page is built of; what was built is beside it, below.
RUN rm -rf src/page && chmod -R u=rwX,go=rX .


FROM dependencies AS bill-of-materials
COPY models/ models/
COPY docker/complete-sbom.ts docker/
RUN npm sbom --sbom-format cyclonedx --package-lock-only > npm.json && \
    node docker/complete-sbom.ts --with-node --with-page @niivue/niivue < npm.json > sbom.cdx.json && \
    chmod 644 sbom.cdx.json

FROM scratch AS sbom
COPY --from=bill-of-materials /app/sbom.cdx.json /

FROM bill-of-materials AS bill-of-materials-gpu
ARG ORT_VERSION
ARG ORT_WHEEL
ARG ORT_WHEEL_SHA256
RUN node docker/complete-sbom.ts --with-node --with-page @niivue/niivue \
      --with-cuda-provider "$ORT_VERSION" --wheel "$ORT_WHEEL" --sha256 "$ORT_WHEEL_SHA256" < npm.json > sbom.cdx.json && \
    chmod 644 sbom.cdx.json

FROM scratch AS sbom-gpu
COPY --from=bill-of-materials-gpu /app/sbom.cdx.json /


# The CUDA provider of the same version as the npm package, which has none, from the wheel for Python.
FROM dependencies AS cuda-provider
ARG ORT_VERSION
ARG ORT_WHEEL
ARG ORT_WHEEL_SHA256
ADD ${ORT_WHEEL} /tmp/onnxruntime-gpu.whl
# adm-zip is there as onnxruntime-node unpacks its own downloads by it.
RUN test "$(node -p 'require("onnxruntime-node/package.json").version')" = "$ORT_VERSION" && \
    echo "$ORT_WHEEL_SHA256  /tmp/onnxruntime-gpu.whl" | sha256sum --check --strict && \
    mkdir /provider && \
    node -e 'const zip = new (require("adm-zip"))("/tmp/onnxruntime-gpu.whl"); \
      const folder = "onnxruntime/capi/libonnxruntime_providers_"; \
      for (const name of ["cuda", "shared"]) zip.extractEntryTo(folder + name + ".so", "/provider", false)' && \
    chmod 644 /provider/*.so && rm /tmp/onnxruntime-gpu.whl


FROM ${CUDA_IMAGE} AS gpu
COPY --from=dependencies /usr/local/bin/node /usr/local/bin/node
RUN echo 'lobar:x:10001:10001::/app:/usr/sbin/nologin' >> /etc/passwd && echo 'lobar:x:10001:' >> /etc/group
WORKDIR /app
# What changes least comes first: a new release then shares the layer of packages with the one before.
COPY --from=dependencies /app/node_modules/ node_modules/
COPY --from=files /app/LICENSE /app/package.json ./
COPY --from=files /app/docker/ docker/
COPY --from=files /app/models/ models/
COPY --from=files /app/src/ src/
COPY --from=page /app/src/page/dist/ src/page/dist/
COPY --from=bill-of-materials-gpu /app/sbom.cdx.json ./
# ONNX Runtime looks for its providers beside itself.
COPY --from=cuda-provider /provider/ /app/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/
COPY docker/check-cuda.sh /tmp/
RUN sh /tmp/check-cuda.sh /app/node_modules/onnxruntime-node/bin/napi-v6/linux/x64 && rm /tmp/check-cuda.sh && \
    node --version
# MALLOC_*, as npm run lobar: buffers are allocated by one thread and freed by another, and each of a dozen heaps of
# glibc would keep holes, and up to 64 MB at its end. 200 MB less at the peak, no CPU time.
# What the driver compiles for a GPU that the provider has no code for is kept in the only place that can be written to:
# within the gigabyte that the chart gives it.
ENV NODE_ENV=production ORT_DISABLE_TELEMETRY=1 CUDA_CACHE_PATH=/tmp/cuda CUDA_CACHE_MAXSIZE=268435456 \
    MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=4194304 MALLOC_TRIM_THRESHOLD_=16777216
USER 10001:10001
EXPOSE 8080 9464
HEALTHCHECK --interval=10s --timeout=5s --start-period=180s CMD ["node", "docker/healthcheck.ts"]
# The options of Node are those of npm run lobar (why: docs/PERFORMANCE.md). Node as the first process: it acts on
# SIGTERM itself, and starts no process whose end would have to be waited for.
ENTRYPOINT ["node", "--max-semi-space-size=2", "--single-threaded-gc", "src/main.ts"]
CMD ["serve"]
ARG CUDA_IMAGE
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="Lobar" \
      org.opencontainers.image.description="Chest CT from the PACS, COVID-19 CT findings to the EHR, on NVIDIA GPUs. Research software." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.base.name="${CUDA_IMAGE}"


# Last, so that it is what `docker build .` makes.
FROM ${NODE_IMAGE} AS cpu
# What installs packages has nothing to do here.
RUN rm -rf /usr/local/lib/node_modules /usr/local/include /usr/local/share/doc /usr/local/share/man /opt/yarn* \
      /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg \
      /usr/local/bin/docker-entrypoint.sh && \
    echo 'lobar:x:10001:10001::/app:/usr/sbin/nologin' >> /etc/passwd && echo 'lobar:x:10001:' >> /etc/group
WORKDIR /app
# What changes least comes first: a new release then shares the layer of packages with the one before.
COPY --from=dependencies /app/node_modules/ node_modules/
COPY --from=files /app/LICENSE /app/package.json ./
COPY --from=files /app/docker/ docker/
COPY --from=files /app/models/ models/
COPY --from=files /app/src/ src/
COPY --from=page /app/src/page/dist/ src/page/dist/
COPY --from=bill-of-materials /app/sbom.cdx.json ./
# MALLOC_*: as above, for the GPU's image.
ENV NODE_ENV=production ORT_DISABLE_TELEMETRY=1 \
    MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=4194304 MALLOC_TRIM_THRESHOLD_=16777216
USER 10001:10001
EXPOSE 8080 9464
HEALTHCHECK --interval=10s --timeout=5s --start-period=180s CMD ["node", "docker/healthcheck.ts"]
ENTRYPOINT ["node", "--max-semi-space-size=2", "--single-threaded-gc", "src/main.ts"]
CMD ["serve"]
ARG NODE_IMAGE
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="Lobar" \
      org.opencontainers.image.description="Chest CT from the PACS, COVID-19 CT findings to the EHR. Research software." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.base.name="${NODE_IMAGE}"
