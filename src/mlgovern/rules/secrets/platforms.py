"""Token formats of clouds, forges, registries and build services."""

from mlgovern.rules.secrets.detector import Detector

CLOUD = (
    Detector("aws-access-key-id", "an AWS access key id", ("AKIA",), "AKIA[A-Z2-7]{16}"),
    Detector("aws-temporary-key-id", "an AWS temporary access key id", ("ASIA",), "ASIA[A-Z2-7]{16}"),
    Detector(
        "aws-session-token",
        "an AWS session token",
        ("IQoJb3JpZ2lu", "FwoGZXIvYXdz"),
        "(?:IQoJb3JpZ2lu|FwoGZXIvYXdz)&S{88,2000}={0,2}",
    ),
    Detector("aws-bedrock-key", "an AWS Bedrock API key", ("ABSK",), "ABSK&S{100,180}={0,2}"),
    Detector(
        "aws-bedrock-short-key", "an AWS Bedrock API key", ("bedrock-api-key-",), "bedrock-api-key-&S{100,4000}={0,2}"
    ),
    Detector("google-api-key", "a Google API key", ("AIza",), "AIza&B{35}"),
    Detector("google-oauth-secret", "a Google OAuth client secret", ("GOCSPX-",), "GOCSPX-&B{28}"),
    Detector("google-access-token", "a Google OAuth access token", ("ya29.",), r"ya29\.&B{20,2000}"),
    Detector("google-refresh-token", "a Google OAuth refresh token", ("1//0",), "1//0&B{40,200}", "mixed"),
    Detector(
        "azure-client-secret",
        "an Azure client secret",
        ("Q~",),
        r"[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}",
        "",
        (4, 4),
    ),
    Detector("azure-account-key", "an Azure storage account key", ("AccountKey=",), "AccountKey=(&S{86}==)"),
    Detector("azure-storage-key", "an Azure storage account key", ("+ASt",), r"&S{76}\+ASt&S{6}==", "", (76, 76)),
    Detector("azure-sas", "an Azure shared access signature", ("sig=",), "sig=([A-Za-z0-9%+/=]{43,80})", "sas"),
    Detector("azure-ai-key", "an Azure AI services key", ("JQQJ99",), "&A{40,60}JQQJ99&A{18,38}", "long84", (40, 60)),
    Detector("azure-registry-key", "an Azure container registry key", ("+ACR",), r"&S{42}\+ACR&S{6}", "", (42, 42)),
    Detector("azure-devops-pat", "an Azure DevOps token", ("AZDO",), "&A{75,76}AZDO&A{4,5}", "long84", (75, 76)),
    Detector("azure-bus-key", "an Azure Service Bus key", ("SharedAccessKey=",), "SharedAccessKey=(&S{43}=)"),
    Detector("digitalocean-token", "a DigitalOcean token", ("dop_v1_", "doo_v1_", "dor_v1_"), "do[opr]_v1_&H{64}"),
    Detector("cloudflare-origin-key", "a Cloudflare origin CA key", ("v1.0-",), r"v1\.0-&H{24}-&H{146}"),
    Detector("heroku-key", "a Heroku API key", ("HRKU-",), "HRKU-&B{36,100}"),
    Detector("alibaba-key-id", "an Alibaba Cloud access key id", ("LTAI",), "LTAI&A{12,24}", "mixed"),
    Detector("tencent-secret-id", "a Tencent Cloud secret id", ("AKID",), "AKID&A{32}", "mixed"),
    Detector("yandex-api-key", "a Yandex Cloud API key", ("AQVN",), "AQVN&B{35,38}"),
    Detector("yandex-iam-token", "a Yandex Cloud IAM token", ("t1.",), r"t1\.&B{20,500}={0,2}\.&B{80,100}={0,2}"),
    Detector("scaleway-access-key", "a Scaleway access key", ("SCW",), "SCW[A-Z0-9]{17}", "digits"),
    Detector("fly-token", "a Fly.io token", ("fm2_", "fo1_"), "(?:fm2_&S{43,4000}={0,2}|fo1_&B{43})"),
    Detector("netlify-token", "a Netlify token", ("nfp_",), "nfp_&A{36}"),
    Detector("supabase-token", "a Supabase token", ("sbp_",), "sbp_&H{40}"),
    Detector("supabase-secret-key", "a Supabase secret key", ("sb_secret_",), "sb_secret_&B{30,100}"),
    Detector(
        "planetscale-token", "a PlanetScale token", ("pscale_",), r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9=._-]{32,64}"
    ),
    Detector("neon-key", "a Neon API key", ("napi_",), "napi_&A{64}"),
    Detector("mongodb-atlas-secret", "a MongoDB Atlas client secret", ("mdb_sa_sk_",), "mdb_sa_sk_&B{40,100}"),
)

FORGES = (
    Detector("github-pat", "a GitHub personal access token", ("ghp_",), "ghp_&A{36}", "crc32"),
    Detector(
        "github-token", "a GitHub token", ("gho_", "ghu_", "ghs_", "ghr_"), "(?:gh[ous]_&A{36}|ghr_&A{36,76})", "crc32"
    ),
    Detector(
        "github-fine-grained-pat", "a GitHub fine-grained token", ("github_pat_",), "github_pat_&A{22}_&A{59}", "crc32"
    ),
    Detector(
        "gitlab-pat", "a GitLab personal access token", ("glpat-",), r"glpat-(?:&B{27,300}\.&B{2}[.]?&B{7}|&B{20})"
    ),
    Detector(
        "gitlab-runner-token",
        "a GitLab runner, deploy or job token",
        ("gldt-", "glrt-", "glcbt-"),
        "gl(?:dt|rt|cbt)-&B{20,300}",
    ),
    Detector("gitlab-trigger", "a GitLab trigger token", ("glptt-",), "glptt-&H{40}"),
    Detector(
        "gitlab-service-token",
        "a GitLab service token",
        ("gloas-", "glsoat-", "glagent-", "glft-", "glimt-"),
        "gl(?:oas|soat|agent|ft|imt)-&B{20,64}",
    ),
    Detector("bitbucket-app-password", "a Bitbucket app password", ("ATBB",), "ATBB&A{28,32}"),
    Detector("atlassian-token", "an Atlassian API token", ("ATATT3",), "ATATT3[A-Za-z0-9_=-]{150,220}"),
    Detector("npm-token", "an npm token", ("npm_",), "npm_&A{36}"),
    Detector("npm-auth-token", "an npm registry token", ("_authToken=",), r"_authToken=([A-Za-z0-9._+/=-]{16,200})"),
    Detector("pypi-token", "a PyPI token", ("pypi-AgEIcHlwaS5vcmc",), "pypi-AgEIcHlwaS5vcmc&B{50,1000}"),
    Detector(
        "testpypi-token", "a TestPyPI token", ("pypi-AgENdGVzdC5weXBpLm9yZw",), "pypi-AgENdGVzdC5weXBpLm9yZw&B{50,1000}"
    ),
    Detector("rubygems-key", "a RubyGems API key", ("rubygems_",), "rubygems_&H{48}"),
    Detector("crates-token", "a crates.io token", ("cio",), "cio&A{32}", "mixed"),
    Detector("nuget-key", "a NuGet API key", ("oy2",), "oy2[a-z0-9]{43}", "digits"),
    Detector("clojars-token", "a Clojars deploy token", ("CLOJARS_",), "CLOJARS_[a-z0-9]{60}"),
    Detector("docker-token", "a Docker Hub token", ("dckr_pat_", "dckr_oat_"), "dckr_(?:pat_&B{27}|oat_&B{32})"),
    Detector(
        "docker-config-auth", "a registry login", ('"auth"',), r'"auth"\s{0,9}:\s{0,9}"(&S{8,4000}={0,2})"', "docker"
    ),
    Detector("jfrog-token", "a JFrog token", ("AKCp", "cmVmdGtu"), "(?:AKCp&A{69}|cmVmdGtu&A{56})"),
    Detector(
        "terraform-token",
        "a Terraform Cloud token",
        (".atlasv1.",),
        r"&A{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}",
        "",
        (14, 14),
    ),
    Detector("pulumi-token", "a Pulumi token", ("pul-",), "pul-&H{40}"),
    Detector("vault-token", "a Vault token", ("hvs.", "hvb.", "hvr."), r"(?:hv[sr]\.&B{90,300}|hvb\.&B{138,400})"),
    Detector(
        "doppler-token",
        "a Doppler token",
        ("dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."),
        r"dp\.(?:pt|ct|sa|scim|audit|st(?:\.[a-z0-9_-]{2,35})?)\.&A{40,44}",
    ),
    Detector(
        "onepassword-token", "a 1Password service account token", ("ops_eyJ",), "ops_eyJ[A-Za-z0-9+/_-]{247,4000}={0,2}"
    ),
    Detector("age-identity", "an age identity", ("AGE-SECRET-KEY-1",), "AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}"),
    Detector("sourcegraph-token", "a Sourcegraph token", ("sgp_",), "sgp_(?:&H{16}_|local_)?&H{40}"),
    Detector("circleci-token", "a CircleCI token", ("CCIPAT_",), "CCIPAT_&A{22}_&H{40}"),
    Detector("buildkite-token", "a Buildkite token", ("bkua_",), "bkua_&H{40}"),
    Detector("sonarqube-token", "a SonarQube token", ("squ_", "sqp_", "sqa_"), "sq[upa]_&H{40}"),
    Detector("postman-key", "a Postman API key", ("PMAK-",), "PMAK-&H{24}-&H{34}"),
    Detector(
        "sentry-token",
        "a Sentry token",
        ("sntrys_", "sntryu_"),
        "(?:sntrys_[A-Za-z0-9+/=_-]{60,600}|sntryu_&H{64})",
        "sentry",
    ),
    Detector(
        "newrelic-key", "a New Relic key", ("NRAK-", "NRJS-", "NRII-"), "(?:NRAK-[A-Z0-9]{27}|NRJS-&H{19}|NRII-&B{32})"
    ),
    Detector(
        "grafana-token", "a Grafana token", ("glc_", "glsa_"), "(?:glc_&S{32,400}={0,2}|glsa_&A{32}_[A-Fa-f0-9]{8})"
    ),
    Detector("dynatrace-token", "a Dynatrace token", ("dt0c01.",), r"dt0c01\.[A-Z2-7]{24}\.[A-Z2-7]{64}"),
)
