"""Tokens made at run time, so that no scanner trips over these files."""

from binascii import b2a_base64
from random import Random
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits

ALNUM = ascii_letters + digits
HEX = "0123456789abcdef"
BASE32 = ascii_uppercase + "234567"
UPPER = ascii_uppercase + digits
LOWER = ascii_lowercase + digits
B62 = digits + ascii_uppercase + ascii_lowercase


def some(alphabet: str, length: int, seed: int = 1) -> str:
    """Characters drawn from an alphabet, all kinds of it among the first."""
    kinds = [group for group in (ascii_lowercase, ascii_uppercase, digits) if set(group) <= set(alphabet)]
    random = Random(f"{alphabet}{length}{seed}")
    head = "".join(random.choice(group) for group in kinds)[:length]
    return head + "".join(random.choice(alphabet) for _ in range(length - len(head)))


def uuid(seed: int) -> str:
    return "-".join(some(HEX, size, seed) for size in (8, 4, 4, 4, 12))


def b64(text: str) -> str:
    return b2a_base64(text.encode(), newline=False).decode()


JWT_HEAD = b64('{"alg":"HS256","typ":"JWT"}').rstrip("=")

# id: (before the body, alphabet of the body, its least length, behind it)
SAMPLES: dict[str, tuple[str, str, int, str]] = {
    "aws-access-key-id": ("AK" + "IA", BASE32, 16, ""),
    "aws-temporary-key-id": ("AS" + "IA", BASE32, 16, ""),
    "aws-session-token": ("IQoJb3Jp" + "Z2lu", ALNUM, 88, ""),
    "aws-bedrock-key": ("AB" + "SK", ALNUM, 100, ""),
    "aws-bedrock-short-key": ("bedrock-api" + "-key-", ALNUM, 100, ""),
    "google-api-key": ("AI" + "za", ALNUM, 35, ""),
    "google-oauth-secret": ("GOC" + "SPX-", ALNUM, 28, ""),
    "google-access-token": ("ya" + "29.", ALNUM, 20, ""),
    "google-refresh-token": ("1/" + "/0", ALNUM, 40, ""),
    "azure-client-secret": ("aB1" + "8Q~", ALNUM, 31, ""),
    "azure-account-key": ("Account" + "Key=", ALNUM, 86, "=="),
    "azure-storage-key": (some(ALNUM, 76) + "+A" + "St", ALNUM, 6, "=="),
    "azure-sas": ("?sv=2022-11-02&se=2030-01-01&si" + "g=", ALNUM, 43, ""),
    "azure-ai-key": (some(ALNUM, 52) + "JQQ" + "J99", ALNUM, 26, ""),
    "azure-registry-key": (some(ALNUM, 42) + "+A" + "CR", ALNUM, 6, ""),
    "azure-devops-pat": (some(ALNUM, 76) + "AZ" + "DO", ALNUM, 4, ""),
    "azure-bus-key": ("SharedAccess" + "Key=", ALNUM, 43, "="),
    "digitalocean-token": ("dop" + "_v1_", HEX, 64, ""),
    "cloudflare-origin-key": ("v1." + "0-" + some(HEX, 24) + "-", HEX, 146, ""),
    "heroku-key": ("HR" + "KU-", ALNUM, 36, ""),
    "alibaba-key-id": ("LT" + "AI", ALNUM, 12, ""),
    "tencent-secret-id": ("AK" + "ID", ALNUM, 32, ""),
    "yandex-api-key": ("AQ" + "VN", ALNUM, 35, ""),
    "yandex-iam-token": ("t1" + "." + some(ALNUM, 40) + ".", ALNUM, 80, ""),
    "scaleway-access-key": ("SC" + "W", UPPER, 17, ""),
    "fly-token": ("fm" + "2_", ALNUM, 43, ""),
    "netlify-token": ("nf" + "p_", ALNUM, 36, ""),
    "supabase-token": ("sb" + "p_", HEX, 40, ""),
    "supabase-secret-key": ("sb_" + "secret_", ALNUM, 30, ""),
    "planetscale-token": ("pscale" + "_tkn_", ALNUM, 32, ""),
    "neon-key": ("na" + "pi_", ALNUM, 64, ""),
    "mongodb-atlas-secret": ("mdb" + "_sa_sk_", ALNUM, 40, ""),
    "github-pat": ("gh" + "p_", ALNUM, 36, ""),
    "github-token": ("gh" + "s_", ALNUM, 36, ""),
    "github-fine-grained-pat": ("github" + "_pat_" + some(ALNUM, 22) + "_", ALNUM, 59, ""),
    "gitlab-pat": ("gl" + "pat-", ALNUM, 20, ""),
    "gitlab-runner-token": ("gl" + "rt-", ALNUM, 20, ""),
    "gitlab-trigger": ("gl" + "ptt-", HEX, 40, ""),
    "gitlab-service-token": ("gl" + "oas-", ALNUM, 20, ""),
    "bitbucket-app-password": ("AT" + "BB", ALNUM, 28, ""),
    "atlassian-token": ("ATA" + "TT3", ALNUM, 150, ""),
    "npm-token": ("np" + "m_", ALNUM, 36, ""),
    "npm-auth-token": ("//registry.example/:_auth" + "Token=", ALNUM, 16, ""),
    "pypi-token": ("pypi-" + "AgEIcHlwaS5vcmc", ALNUM, 50, ""),
    "testpypi-token": ("pypi-" + "AgENdGVzdC5weXBpLm9yZw", ALNUM, 50, ""),
    "rubygems-key": ("ruby" + "gems_", HEX, 48, ""),
    "crates-token": ("ci" + "o", ALNUM, 32, ""),
    "nuget-key": ("oy" + "2", LOWER, 43, ""),
    "clojars-token": ("CLO" + "JARS_", LOWER, 60, ""),
    "docker-token": ("dckr" + "_pat_", ALNUM, 27, ""),
    "jfrog-token": ("AK" + "Cp", ALNUM, 69, ""),
    "terraform-token": (some(ALNUM, 14) + ".atlas" + "v1.", ALNUM, 60, ""),
    "pulumi-token": ("pu" + "l-", HEX, 40, ""),
    "vault-token": ("hv" + "s.", ALNUM, 90, ""),
    "doppler-token": ("dp" + ".pt.", ALNUM, 40, ""),
    "onepassword-token": ("ops" + "_eyJ", ALNUM, 247, ""),
    "age-identity": ("AGE-SECRET" + "-KEY-1", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58, ""),
    "sourcegraph-token": ("sg" + "p_", HEX, 40, ""),
    "circleci-token": ("CCI" + "PAT_" + some(ALNUM, 22) + "_", HEX, 40, ""),
    "buildkite-token": ("bk" + "ua_", HEX, 40, ""),
    "sonarqube-token": ("sq" + "p_", HEX, 40, ""),
    "postman-key": ("PM" + "AK-" + some(HEX, 24) + "-", HEX, 34, ""),
    "sentry-token": ("snt" + "ryu_", HEX, 64, ""),
    "newrelic-key": ("NR" + "AK-", UPPER, 27, ""),
    "grafana-token": ("gl" + "sa_" + some(ALNUM, 32) + "_", HEX, 8, ""),
    "dynatrace-token": ("dt0" + "c01." + some(BASE32, 24) + ".", BASE32, 64, ""),
    "linear-key": ("lin" + "_api_", ALNUM, 40, ""),
    "notion-token": ("nt" + "n_", ALNUM, 46, ""),
    "notion-secret": ("sec" + "ret_", ALNUM, 43, ""),
    "airtable-token": ("pa" + "t" + some(ALNUM, 14) + ".", HEX, 64, ""),
    "figma-token": ("fi" + "gd_", ALNUM, 40, ""),
    "slack-token": ("xo" + "xb-" + "0517632034" + "-4145858410-", ALNUM, 24, ""),
    "slack-app-token": ("xa" + "pp-1-", ALNUM, 38, ""),
    "slack-webhook": ("https://hooks.slack" + ".com/services/T0AB12CD3/B0AB12CD3/", ALNUM, 24, ""),
    "discord-webhook": ("https://discord" + ".com/api/webhooks/123456789012345678/", ALNUM, 60, ""),
    "telegram-token": ("123456789" + ":AA", ALNUM, 33, ""),
    "teams-webhook": (
        f"https://a.{'webhook'}.office.com/webhookb2/{uuid(1)}@{uuid(2)}/IncomingWebhook/{some(HEX, 32)}/{uuid(3)[:24]}",
        HEX,
        12,
        "",
    ),
    "twilio-key": ("S" + "K", HEX, 32, ""),
    "sendgrid-key": ("S" + "G." + some(ALNUM, 22) + ".", ALNUM, 43, ""),
    "mailgun-key": ("ke" + "y-", HEX, 32, ""),
    "mailchimp-key": ("", HEX, 32, "-u" + "s12"),
    "brevo-key": ("xkey" + "sib-" + some(HEX, 64) + "-", ALNUM, 16, ""),
    "stripe-key": ("sk" + "_live_", ALNUM, 24, ""),
    "stripe-webhook-secret": ("wh" + "sec_", ALNUM, 32, ""),
    "square-token": ("sq0" + "atp-", ALNUM, 22, ""),
    "braintree-token": ("access" + "_token$production$" + some(LOWER, 16) + "$", HEX, 32, ""),
    "shopify-token": ("shp" + "at_", HEX, 32, ""),
    "plaid-token": ("access" + "-sandbox-" + uuid(1)[:24], HEX, 12, ""),
    "razorpay-key": ("rzp" + "_live_", ALNUM, 14, ""),
    "jwt": (JWT_HEAD + ".eyJ" + some(ALNUM, 30) + ".", ALNUM, 10, ""),
    "authorization-header": ("Author" + "ization: Bearer ", ALNUM, 16, ""),
    "api-key-header": ("X-Api" + "-Key: ", ALNUM, 16, ""),
    "openai-key": ("sk" + "-proj-" + some(ALNUM, 40) + "T3Blbk" + "FJ", ALNUM, 20, ""),
    "openai-legacy-key": ("s" + "k-" + some(ALNUM, 20) + "T3Blbk" + "FJ", ALNUM, 20, ""),
    "anthropic-key": ("sk-a" + "nt-api03-", ALNUM, 80, "AA"),
    "huggingface-token": ("h" + "f_", ascii_letters, 34, ""),
    "huggingface-org-token": ("api" + "_org_", ascii_letters, 34, ""),
    "wandb-key": ("wandb" + "_v1_", ALNUM, 60, ""),
    "wandb-login": ("wandb lo" + "gin ", HEX, 40, ""),
    "groq-key": ("gs" + "k_", ALNUM, 52, ""),
    "replicate-token": ("r" + "8_", ALNUM, 37, ""),
    "perplexity-key": ("pp" + "lx-", ALNUM, 48, ""),
    "xai-key": ("xa" + "i-", ALNUM, 80, ""),
    "fireworks-key": ("f" + "w_", ALNUM, 22, ""),
    "together-key": ("tgp" + "_v1_", ALNUM, 43, ""),
    "openrouter-key": ("sk" + "-or-v1-", HEX, 64, ""),
    "nvidia-key": ("nv" + "api-", ALNUM, 60, ""),
    "pinecone-key": ("pc" + "sk_", ALNUM, 60, ""),
    "langsmith-key": ("lsv" + "2_pt_" + some(HEX, 32) + "_", HEX, 10, ""),
    "langfuse-key": ("sk" + "-lf-" + uuid(1)[:24], HEX, 12, ""),
    "neptune-token": ("eyJhcGlf" + "YWRkcmVzcyI6", ALNUM, 100, ""),
    "kaggle-token": ("KG" + "AT_", HEX, 32, ""),
    "databricks-token": ("da" + "pi", HEX, 32, ""),
    "databricks-oauth-secret": ("do" + "se", HEX, 32, ""),
    "dbt-token": ("db" + "tc_", ALNUM, 30, ""),
    "prefect-key": ("pn" + "u_", ALNUM, 36, ""),
    "zenml-key": ("ZEN" + "KEY_", ALNUM, 80, ""),
    "runpod-key": ("rp" + "a_", ALNUM, 40, ""),
    "jina-key": ("ji" + "na_", ALNUM, 60, ""),
    "tavily-key": ("tv" + "ly-", ALNUM, 32, ""),
    "cerebras-key": ("cs" + "k-", ALNUM, 48, ""),
    "bcrypt-hash": ("$2" + "b$12$", ALNUM, 53, ""),
    "md5-crypt-hash": ("$ap" + "r1$" + some(ALNUM, 8) + "$", ALNUM, 22, ""),
    "sha-crypt-hash": ("$" + "6$" + some(ALNUM, 16) + "$", ALNUM, 86, ""),
    "yescrypt-hash": ("$" + "y$j9T$" + some(ALNUM, 22) + "$", ALNUM, 43, ""),
    "argon2-hash": ("$argo" + "n2id$v=19$m=65536,t=3,p=4$" + some(ALNUM, 22) + "$", ALNUM, 22, ""),
    "django-hash": ("pbkdf2" + "_sha256$260000$" + some(ALNUM, 22) + "$", ALNUM, 27, ""),
    "werkzeug-hash": ("pbkdf2" + ":sha256:50000$" + some(ALNUM, 8) + "$", HEX, 40, ""),
    "docker-config-auth": ('{"auths": {"x": {"auth"' + ': "', ALNUM, 0, '"}}}'),
}

CONTEXT_BODIES = {
    "aws-secret-access-key": some(ALNUM, 40),
    "azure-devops-old-pat": some(ascii_lowercase, 52),
    "cloudflare-token": some(ALNUM, 40),
    "ibm-cloud-key": some(ALNUM, 44),
    "datadog-key": some(HEX, 32),
    "discord-token": ".".join((some(ALNUM, 24), some(ALNUM, 6), some(ALNUM, 27))),
    "twilio-secret": some(HEX, 32),
    "mailgun-new-key": "-".join((some(HEX, 32), some(HEX, 8), some(HEX, 8))),
    "razorpay-secret": some(ALNUM, 24),
    "wandb-old-key": some(HEX, 40),
    "cohere-key": some(ALNUM, 40),
    "mistral-key": some(ALNUM, 32),
    "together-old-key": some(HEX, 64),
    "deepseek-key": "s" + "k-" + some(HEX, 32),
    "pinecone-old-key": uuid(1),
    "comet-key": some(ALNUM, 25),
    "clearml-key": some(ALNUM, 20),
    "kaggle-key": some(HEX, 32),
    "dagshub-token": some(HEX, 40),
    "label-studio-token": some(HEX, 40),
    "modal-token": "a" + "s-" + some(ALNUM, 22),
    "deepgram-key": some(HEX, 40),
    "elevenlabs-key": "s" + "k_" + some(HEX, 48),
    "voyage-key": "p" + "a-" + some(ALNUM, 43),
}
