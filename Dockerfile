# The server for production; compose.yaml runs it beside PostgreSQL.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    DATA_DIR=/data

RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin office \
    && install -d -o office -g office /data

WORKDIR /app
COPY requirements.lock .
RUN pip install --disable-pip-version-check --require-hashes -r requirements.lock

COPY manage.py ./
COPY komatsu_support komatsu_support
COPY cafe cafe
COPY training training
COPY consultations consultations
COPY referrals referrals
COPY kpi kpi
COPY templates templates
COPY static static
# Throw-away keys: the settings refuse to load without, and no file that is collected depends on them.
RUN DEBUG=false SECRET_KEY=build TRAIL_KEY=build BACKUP_KEY=build python manage.py collectstatic --no-input \
    && python -m compileall -q /app

USER office
VOLUME /data
EXPOSE 8000

# One thread per person at work keeps connections open; a worker that hangs for a minute is replaced.
CMD ["gunicorn", "komatsu_support.wsgi:application", \
     "--bind", "0.0.0.0:8000", \
     "--worker-class", "gthread", "--workers", "2", "--threads", "16", \
     "--timeout", "60", "--graceful-timeout", "30", "--keep-alive", "30", \
     "--max-requests", "10000", "--max-requests-jitter", "1000", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
