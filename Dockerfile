# Deno's own binary on the same Debian that the tests run on: the embedded Postgres needs glibc and
# setpriv, which the smaller bases lack. compose.yaml brings a Postgres of its own.
FROM denoland/deno:bin-2.9.6 AS deno

FROM debian:bookworm-slim AS runtime
COPY --from=deno /deno /usr/local/bin/deno
ENV DENO_DIR=/deno-dir \
    DENO_NO_PROMPT=1 \
    DENO_NO_UPDATE_CHECK=1

# The packages of the lock file, fetched once for as long as it stays the same, whatever happens to
# the sources: the last stage downloads nothing, nor does a start.
FROM runtime AS packages
WORKDIR /app
COPY deno.json deno.lock ./
RUN deno install
COPY main.ts ./
COPY core core
COPY actors actors
COPY bot bot
COPY migrations migrations
RUN deno cache main.ts actors/*/worker.ts bot/*/worker.ts

FROM runtime
RUN groupadd --gid 10001 marketd \
    && useradd --uid 10001 --gid 10001 --home-dir /data --shell /usr/sbin/nologin marketd \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=packages /deno-dir /deno-dir
COPY --from=packages /app /app
WORKDIR /app
USER 10001:10001
ENV MARKETD_HOME=/data \
    MARKETD_LOG=json \
    MALLOC_ARENA_MAX=2 \
    MALLOC_TRIM_THRESHOLD_=131072
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["deno", "eval", "const { ok } = await fetch('http://127.0.0.1:8080/live'); Deno.exit(ok ? 0 : 1)"]
ENTRYPOINT ["deno", "run", "--cached-only", "-A", "--no-prompt", "--v8-flags=--expose-gc,--optimize-for-size,--max-semi-space-size=1,--max-old-space-size=512", "main.ts"]
