# The image of LLM-Simulator: docs/how-to/docker.md says how to run it, scripts/image-check builds and checks it.
#
#   docker build --tag llm-simulator --build-arg REVISION="$(git rev-parse HEAD)" .
#   docker buildx build --platform linux/amd64,linux/arm64 --tag llm-simulator .
#
# The same Debian 13 and Node 24 build and run it: uWebSockets.js needs their C library, and its binary belongs to this major version.
ARG NODE_IMAGE=node:24-trixie-slim

# Runs on the builder's own architecture whatever it builds for: nothing of the target is run.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json LICENSE README.md ./
COPY config config
COPY docs/openapi.json docs/openapi.json
COPY src src
COPY workers workers
COPY scripts scripts
ARG TARGETARCH
# Seconds since 1970; dates the bill of materials.
ARG SOURCE_DATE_EPOCH
# Compiles, installs what a server needs for the target, removes from it what it never reads, and writes the bill of materials.
RUN npx --no-install tsx scripts/assemble.ts --to /assembled --arch "${TARGETARCH}"

FROM ${NODE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION
ARG CREATED
LABEL org.opencontainers.image.title="LLM-Simulator" \
      org.opencontainers.image.description="Offline, deterministic server that imitates LLM HTTP APIs with realistic timing" \
      org.opencontainers.image.url="https://github.com/llm-devops/llm-simulator" \
      org.opencontainers.image.source="https://github.com/llm-devops/llm-simulator" \
      org.opencontainers.image.documentation="https://github.com/llm-devops/llm-simulator/tree/main/docs" \
      org.opencontainers.image.vendor="llm-devops" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="docker.io/library/node:24-trixie-slim" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
ENV NODE_ENV=production \
    LLM_SIM_CONFIG=/app/config/simulator.yaml
WORKDIR /app
# A folder mounted over /app/config must not hide the program's own: it lies elsewhere.
COPY deploy/docker/simulator.yaml /app/config/simulator.yaml
COPY --from=build /assembled /opt/llm-simulator
USER 1000:1000
EXPOSE 8080 9090
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "/opt/llm-simulator/dist/src/healthcheck.js"]
# Node is PID 1, without a shell and without an init: it handles the signals itself, and reaps all that there is to reap, the acceptors,
# which are its own children and have none.
ENTRYPOINT ["node", "/opt/llm-simulator/dist/src/main.js"]
CMD ["serve"]
