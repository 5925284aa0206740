# The web part is built apart, so that the image that runs carries no Node.
FROM node:22-slim AS web
WORKDIR /dangol/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web/ ./
RUN npm run build

FROM python:3.12-slim
WORKDIR /dangol
COPY requirements/run.txt requirements/run.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md ./
COPY bot/ bot/
COPY commerce/ commerce/
COPY flows/ flows/
COPY nlu/ nlu/
COPY webhooks/ webhooks/
# Publishing plays the program's own dialogues.
COPY tests/dialogues/*.yaml tests/dialogues/
COPY tests/towns/ tests/towns/
COPY --from=web /dangol/web/dist web/dist
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . \
    && useradd --system --home-dir /data dangol && install -d -o dangol /data
USER dangol
ENV DANGOL_DATA=/data DANGOL_HOST=0.0.0.0 DANGOL_LOG=json
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["dangol"]
CMD ["run", "--workers", "2"]
