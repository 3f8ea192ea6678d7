# Two stages: wheels are built in the first, the second holds neither compiler nor cache. Runs as nobody in particular.
FROM python:3.12-slim AS build
WORKDIR /build
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir -r requirements.txt

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home /desk desk && mkdir /data && chown desk /data
COPY --from=build /venv /venv
WORKDIR /desk
COPY app.py ./
COPY .streamlit .streamlit
COPY core core
COPY pages pages
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 SES_DESK_DATA_DIR=/data HOST=0.0.0.0 PORT=8501
USER desk
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/healthz', timeout=4)"]
CMD ["python", "-m", "core.serve"]
