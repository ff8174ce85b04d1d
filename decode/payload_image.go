package decode

// Image is a container: the job's own, or with Alias, Command and Variables a
// service beside it.
type Image struct {
	Name         string       `json:"name,omitempty"`                      // reference of the image
	Alias        string       `json:"alias,omitempty"`                     // service: its host names, separated by blanks or commas
	Entrypoint   []string     `json:"entrypoint,omitempty"`                // replaces the image's own; nil keeps it
	Command      []string     `json:"command,omitempty"`                   // service: replaces the image's own
	Ports        []Port       `json:"ports,omitempty"`                     // for the interactive session
	Variables    []Variable   `json:"variables,omitempty" since:"14.8"`    // service: its environment. Since 14.8
	PullPolicy   []string     `json:"pull_policy,omitempty" since:"15.1"`  // "always", "if-not-present", "never". Since 15.1
	ExecutorOpts ExecutorOpts `json:"executor_opts,omitzero" since:"16.6"` // options of one executor; an unknown one fails the job. Since 16.6
}

// Port is one port of a container.
type Port struct {
	Number   int64  `json:"number,omitempty"`   // TCP port
	Protocol string `json:"protocol,omitempty"` // "http", "https"
	Name     string `json:"name,omitempty"`     // name for the session
}

// ExecutorOpts are image options that only one executor understands. Since 16.6.
type ExecutorOpts struct {
	Docker     DockerOpts     `json:"docker,omitzero" since:"16.6"`      // of the docker executors. Since 16.6
	Kubernetes KubernetesOpts `json:"kubernetes,omitzero" since:"17.11"` // of the kubernetes executor. Since 17.11
}

// DockerOpts are image options of the docker executors.
type DockerOpts struct {
	Platform string `json:"platform,omitempty" since:"16.6"`                    // "linux/arm64". Since 16.6
	User     Text   `json:"user,omitempty" since:"16.7" not-number:"16.7-18.0"` // name or number. Since 16.7
}

// KubernetesOpts are image options of the kubernetes executor.
type KubernetesOpts struct {
	User Text `json:"user,omitempty" since:"17.11" not-text:"17.11-17.11" not-number:"18.0-18.0"` // number, or since 18.0 also a string. Since 17.11
}

// Text is a value that may be a string or a number on the wire, kept as text.
type Text string
