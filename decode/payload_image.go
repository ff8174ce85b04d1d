package decode

// Image is a container: the job's own, or with Alias, Command and Variables a
// service beside it.
type Image struct {
	Name         string       `json:"name,omitempty"`         // reference of the image
	Alias        string       `json:"alias,omitempty"`        // service: its host names, separated by blanks or commas
	Entrypoint   []string     `json:"entrypoint,omitempty"`   // replaces the image's own; nil keeps it
	Command      []string     `json:"command,omitempty"`      // service: replaces the image's own
	Ports        []Port       `json:"ports,omitempty"`        // for the interactive session
	Variables    []Variable   `json:"variables,omitempty"`    // service: its environment. Since 14.8
	PullPolicy   []string     `json:"pull_policy,omitempty"`  // "always", "if-not-present", "never". Since 15.1
	ExecutorOpts ExecutorOpts `json:"executor_opts,omitzero"` // options of one executor; an unknown one fails the job. Since 16.6
}

// Port is one port of a container.
type Port struct {
	Number   int64  `json:"number,omitempty"`   // TCP port
	Protocol string `json:"protocol,omitempty"` // "http", "https"
	Name     string `json:"name,omitempty"`     // name for the session
}

// ExecutorOpts are image options that only one executor understands. Since 16.6.
type ExecutorOpts struct {
	Docker     DockerOpts     `json:"docker,omitzero"`     // of the docker executors
	Kubernetes KubernetesOpts `json:"kubernetes,omitzero"` // of the kubernetes executor. Since 17.11
}

// DockerOpts are image options of the docker executors.
type DockerOpts struct {
	Platform string `json:"platform,omitempty"` // "linux/arm64". Since 16.6
	User     Text   `json:"user,omitempty"`     // name or number. Since 16.7
}

// KubernetesOpts are image options of the kubernetes executor.
type KubernetesOpts struct {
	User Text `json:"user,omitempty"` // number, or since 18.0 also a string. Since 17.11
}

// Text is a value that may be a string or a number on the wire, kept as text.
type Text string
