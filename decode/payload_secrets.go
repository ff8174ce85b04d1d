package decode

import "encoding/json"

// Secret is one secret that the runner fetches before the job and gives it as a
// variable (gitlab-runner common/spec/spec.go Secret). Just one of the backends is
// there. Since 13.4.
type Secret struct {
	Vault                *VaultSecret                `json:"vault,omitempty" since:"13.4"`                  // HashiCorp Vault. Since 13.4
	AzureKeyVault        *AzureKeyVaultSecret        `json:"azure_key_vault,omitempty" since:"16.2"`        // Azure Key Vault. Since 16.2
	GCPSecretManager     *GCPSecretManagerSecret     `json:"gcp_secret_manager,omitempty" since:"16.8"`     // Google Secret Manager. Since 16.8
	Akeyless             *AkeylessSecret             `json:"akeyless,omitempty" since:"17.4" until:"18.2"`  // Akeyless. 17.4 to 18.2
	AWSSecretsManager    *AWSSecret                  `json:"aws_secrets_manager,omitempty" since:"18.2"`    // AWS Secrets Manager. Since 18.2
	GitLabSecretsManager *GitLabSecretsManagerSecret `json:"gitlab_secrets_manager,omitempty" since:"18.3"` // GitLab's own, which is OpenBao. Since 18.3
	File                 *bool                       `json:"file,omitempty" since:"14.1"`                   // the variable is the name of a file with the value; nil means true. Since 14.1
}

// VaultSecret is a field of a secret in HashiCorp Vault. Since 13.4.
type VaultSecret struct {
	Server VaultServer `json:"server,omitzero" since:"13.4"` // where to ask. Since 13.4
	Engine VaultEngine `json:"engine,omitzero" since:"13.4"` // in which engine. Since 13.4
	Path   string      `json:"path,omitempty" since:"13.4"`  // of the secret in the engine. Since 13.4
	Field  string      `json:"field,omitempty" since:"13.4"` // of the secret. Since 13.4
}

// VaultServer is a HashiCorp Vault. Since 13.4.
type VaultServer struct {
	URL       string    `json:"url,omitempty" since:"13.4"`       // of its API. Since 13.4
	Auth      VaultAuth `json:"auth,omitzero" since:"13.4"`       // how to log in. Since 13.4
	Namespace string    `json:"namespace,omitempty" since:"14.9"` // of Vault Enterprise. Since 14.9
}

// VaultAuth is how the runner logs in to a [VaultServer]. Since 13.4.
type VaultAuth struct {
	Name string                     `json:"name,omitempty" since:"13.4"` // method: "jwt". Since 13.4
	Path string                     `json:"path,omitempty" since:"13.4"` // where the method is mounted. Since 13.4
	Data map[string]json.RawMessage `json:"data,omitempty" since:"13.4"` // what the method wants: "jwt" (an id token), "role". Since 13.4
}

// VaultEngine is a secrets engine of Vault. Since 13.4.
type VaultEngine struct {
	Name string `json:"name,omitempty" since:"13.4"` // kind: "kv-v2", "generic". Since 13.4
	Path string `json:"path,omitempty" since:"13.4"` // where it is mounted. Since 13.4
}

// GitLabSecretsManagerSecret is a field of a secret that GitLab keeps. Since 18.3.
type GitLabSecretsManagerSecret struct {
	Server GitLabSecretsManagerServer `json:"server,omitzero" since:"18.3"` // where to ask. Since 18.3
	Engine GitLabSecretsManagerEngine `json:"engine,omitzero" since:"18.3"` // in which engine. Since 18.3
	Path   string                     `json:"path,omitempty" since:"18.3"`  // of the secret in the engine. Since 18.3
	Field  string                     `json:"field,omitempty" since:"18.3"` // of the secret. Since 18.3
}

// GitLabSecretsManagerServer is the OpenBao beside a GitLab. Since 18.3.
type GitLabSecretsManagerServer struct {
	URL        string                         `json:"url,omitempty" since:"18.3"`        // of its API. Since 18.3
	InlineAuth GitLabSecretsManagerInlineAuth `json:"inline_auth,omitzero" since:"18.3"` // how to log in, with each request. Since 18.3
}

// GitLabSecretsManagerInlineAuth is a login without a session. Since 18.3.
type GitLabSecretsManagerInlineAuth struct {
	Path      string `json:"path,omitempty" since:"18.6"`       // of the login request. Since 18.6
	AuthMount string `json:"auth_mount,omitempty" since:"18.3"` // where the method is mounted, of GitLabs that do not send path. Since 18.3
	JWT       string `json:"jwt,omitempty" since:"18.3"`        // id token. Since 18.3
	Role      string `json:"role,omitempty" since:"18.3"`       // to log in as. Since 18.3
}

// GitLabSecretsManagerEngine is a secrets engine of OpenBao. Since 18.3.
type GitLabSecretsManagerEngine struct {
	Name string `json:"name,omitempty" since:"18.3"` // kind. Since 18.3
	Path string `json:"path,omitempty" since:"18.3"` // where it is mounted. Since 18.3
}
