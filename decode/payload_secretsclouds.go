package decode

// AzureKeyVaultSecret is a secret in Azure's Key Vault. Since 16.2.
type AzureKeyVaultSecret struct {
	Name    string              `json:"name,omitempty" since:"16.2"`    // of the secret. Since 16.2
	Version string              `json:"version,omitempty" since:"16.2"` // of the secret; empty for the newest. Since 16.2
	Server  AzureKeyVaultServer `json:"server,omitzero" since:"16.2"`   // where to ask, and as whom. Since 16.2
}

// AzureKeyVaultServer is one Key Vault. Since 16.2.
type AzureKeyVaultServer struct {
	ClientID string `json:"client_id,omitempty" since:"16.2"` // application to log in as. Since 16.2
	TenantID string `json:"tenant_id,omitempty" since:"16.2"` // directory it is in. Since 16.2
	JWT      string `json:"jwt,omitempty" since:"16.2"`       // id token. Since 16.2
	URL      string `json:"url,omitempty" since:"16.2"`       // of the vault. Since 16.2
}

// GCPSecretManagerSecret is a secret in Google's Secret Manager. Since 16.8.
type GCPSecretManagerSecret struct {
	Name    string                 `json:"name,omitempty" since:"16.8"`    // of the secret. Since 16.8
	Version string                 `json:"version,omitempty" since:"16.8"` // of the secret: "latest", "3". Since 16.8
	Server  GCPSecretManagerServer `json:"server,omitzero" since:"16.8"`   // where to ask, and as whom. Since 16.8
}

// GCPSecretManagerServer is how to log in to Google by Workload Identity Federation. Since 16.8.
type GCPSecretManagerServer struct {
	ProjectNumber string `json:"project_number,omitempty" since:"16.8"`                           // of the Google project. Since 16.8
	PoolID        string `json:"workload_identity_federation_pool_id,omitempty" since:"16.8"`     // of the pool. Since 16.8
	ProviderID    string `json:"workload_identity_federation_provider_id,omitempty" since:"16.8"` // of the pool's provider. Since 16.8
	JWT           string `json:"jwt,omitempty" since:"16.8"`                                      // id token. Since 16.8
}

// AWSSecret is a secret in AWS Secrets Manager. Since 18.2.
type AWSSecret struct {
	SecretID        string    `json:"secret_id,omitempty" since:"18.2"`         // name or ARN. Since 18.2
	VersionID       string    `json:"version_id,omitempty" since:"18.2"`        // of the secret. Since 18.2
	VersionStage    string    `json:"version_stage,omitempty" since:"18.2"`     // of the secret: "AWSCURRENT". Since 18.2
	Field           string    `json:"field,omitempty" since:"18.2"`             // key of a secret that is JSON; empty for all of it. Since 18.2
	Region          string    `json:"region,omitempty" since:"18.2"`            // instead of the server's. Since 18.2
	RoleARN         string    `json:"role_arn,omitempty" since:"18.2"`          // instead of the server's. Since 18.2
	RoleSessionName string    `json:"role_session_name,omitempty" since:"18.2"` // instead of the server's. Since 18.2
	Server          AWSServer `json:"server,omitzero" since:"18.2"`             // where to ask, and as whom. Since 18.2
}

// AWSServer is how to log in to AWS. Since 18.2.
type AWSServer struct {
	Region          string `json:"region,omitempty" since:"18.2"`            // "eu-central-1". Since 18.2
	JWT             string `json:"jwt,omitempty" since:"18.2"`               // id token. Since 18.2
	RoleARN         string `json:"role_arn,omitempty" since:"18.2"`          // role to take on. Since 18.2
	RoleSessionName string `json:"role_session_name,omitempty" since:"18.2"` // name for AWS's logs; if empty it is made of job, project and host. Since 18.2
}

// AkeylessSecret is a secret in Akeyless. 17.4 to 18.2.
type AkeylessSecret struct {
	Name          string         `json:"name,omitempty" since:"17.4" until:"18.2"`            // of the secret. 17.4 to 18.2
	DataKey       string         `json:"data_key,omitempty" since:"17.4" until:"18.2"`        // key of a secret that is JSON. 17.4 to 18.2
	CertUserName  string         `json:"cert_user_name,omitempty" since:"17.4" until:"18.2"`  // SSH certificate: for whom. 17.4 to 18.2
	PublicKeyData string         `json:"public_key_data,omitempty" since:"17.4" until:"18.2"` // SSH certificate: key to sign. 17.4 to 18.2
	CSRData       string         `json:"csr_data,omitempty" since:"17.4" until:"18.2"`        // PKI certificate: request to sign. 17.4 to 18.2
	Server        AkeylessServer `json:"server,omitzero" since:"17.4" until:"18.2"`           // where to ask, and as whom. 17.4 to 18.2
}

// AkeylessServer is how to log in to Akeyless. 17.4 to 18.2.
type AkeylessServer struct {
	AccessID               string `json:"access_id,omitempty" since:"17.4" until:"18.2"`                 // who. 17.4 to 18.2
	AccessKey              string `json:"access_key,omitempty" since:"17.4" until:"18.2"`                // secret of access type "api_key". 17.4 to 18.2
	AccessType             string `json:"akeyless_access_type,omitempty" since:"17.4" until:"18.2"`      // "jwt", "api_key", "k8s", "aws_iam", …. 17.4 to 18.2
	APIURL                 string `json:"akeyless_api_url,omitempty" since:"17.4" until:"18.2"`          // of its API. 17.4 to 18.2
	Token                  string `json:"akeyless_token,omitempty" since:"17.4" until:"18.2"`            // of a login made before. 17.4 to 18.2
	UIDToken               string `json:"uid_token,omitempty" since:"17.4" until:"18.2"`                 // secret of access type "universal_identity". 17.4 to 18.2
	JWT                    string `json:"jwt,omitempty" since:"17.4" until:"18.2"`                       // id token. 17.4 to 18.2
	AzureObjectID          string `json:"azure_object_id,omitempty" since:"17.4" until:"18.2"`           // access type "azure_ad". 17.4 to 18.2
	GCPAudience            string `json:"gcp_audience,omitempty" since:"17.4" until:"18.2"`              // access type "gcp". 17.4 to 18.2
	GatewayCACertificate   string `json:"gateway_ca_certificate,omitempty" since:"17.4" until:"18.2"`    // PEM, of the gateway. 17.4 to 18.2
	K8sAuthConfigName      string `json:"k8s_auth_config_name,omitempty" since:"17.4" until:"18.2"`      // access type "k8s". 17.4 to 18.2
	K8sServiceAccountToken string `json:"k8s_service_account_token,omitempty" since:"17.4" until:"18.2"` // access type "k8s": secret. 17.4 to 18.2
}
