package redact

import (
	"encoding/json"
	"strings"

	"runnertape/decode"
)

// declared is what a walk through a body gathers.
type declared struct {
	values    []member   // secrets by the name of their key
	inputs    []string   // sensitive inputs
	logins    []basic    // of a docker config
	prefixes  []string   // of tokens
	numbers   []string   // sensitive numbers
	variables []variable // entries with key, value, and public or masked
	texts     []string   // strings that may have a URL in them
	open      []string   // names that the payload says openly, and that the runner must understand
	said      []string   // parts of those that are no secret whatever declares them
	inside    int        // strings of JSON that the walk is in
}

// maxInside bounds JSON in strings of JSON in strings.
const maxInside = 3

func (d *declared) walk(name string, v any) {
	switch v := v.(type) {
	case string:
		if isSecretName(name) {
			d.values = append(d.values, member{name, v})
		}
		if isDockerAuth(name) {
			if login, ok := readLogin(v); ok {
				d.logins = append(d.logins, login)
			}
		}
		if strings.Contains(v, "://") {
			d.texts = append(d.texts, v)
		}
		if d.inside < maxInside && (strings.HasPrefix(v, "{") || strings.HasPrefix(v, "[")) && decode.IsJSON([]byte(v)) {
			d.inside++
			d.walk("", newParser([]byte(v)).parse()) // the steps of "run", a DOCKER_AUTH_CONFIG
			d.inside--
		}
	case []any:
		for _, element := range v {
			d.walk("", element) // {"token":["is invalid"]} is GitLab's validation message
		}
	case []member:
		d.walkObject(v)
	}
}

// isDockerAuth tells the key of a login in a docker config, as of DOCKER_AUTH_CONFIG.
func isDockerAuth(name string) bool { return name == "auth" }

func (d *declared) walkObject(object []member) {
	if entry, value, ok := asVariable(object); ok {
		d.variable(entry, value)
		return
	}
	d.said = append(d.said, saidOf(object)...)
	for _, m := range object {
		if m.key == "sensitive" && m.value == true {
			d.all(object) // a job input's value
		}
		switch m.key {
		case "token_mask_prefixes":
			d.maskPrefixes(m.value)
		case "aws_secrets_manager": // its secret_id is a name
			d.awsSecret(m.value)
			continue
		case "image", "services", "job_info", "artifacts", "cache", "ref", "refspecs":
			d.openText(m.value)
		}
		d.walk(m.key, m.value)
	}
}

// maskPrefixes takes what the features of a payload say of an instance's own tokens.
func (d *declared) maskPrefixes(v any) {
	list, _ := v.([]any)
	for _, element := range list {
		if prefix, ok := element.(string); ok && prefix != "" {
			d.prefixes = append(d.prefixes, prefix)
		}
	}
}

// awsSecret walks through a secret of AWS Secrets Manager.
func (d *declared) awsSecret(v any) {
	object, _ := v.([]member)
	for _, m := range object {
		if m.key == "secret_id" {
			d.openText(m.value)
			continue
		}
		d.walk(m.key, m.value)
	}
}

// all takes every string below an input's content for a secret.
func (d *declared) all(input []member) {
	for _, m := range input {
		if m.key == "content" {
			d.below(m.value, func(text string) { d.inputs = append(d.inputs, text) })
		}
	}
}

// below tells of every string below v, and takes every number there for a secret.
func (d *declared) below(v any, found func(string)) {
	switch v := v.(type) {
	case string:
		found(v)
	case json.Number:
		if !strings.ContainsAny(string(v), "eE") {
			d.numbers = append(d.numbers, string(v))
		}
	case []any:
		for _, element := range v {
			d.below(element, found)
		}
	case []member:
		for _, m := range v {
			d.below(m.value, found)
		}
	}
}

// variable takes an entry of variables. GitLab writes its values as strings, which others need not do.
func (d *declared) variable(entry variable, value any) {
	if text, ok := value.(string); ok {
		entry.value = text
		d.variables = append(d.variables, entry)
		d.walk("", text)
		return
	}
	if !entry.public || entry.masked {
		d.below(value, func(text string) {
			entry.value = text
			d.variables = append(d.variables, entry)
		})
	}
	d.walk("", value)
}

// openText takes every string below v, but for variables, for an open one.
func (d *declared) openText(v any) {
	switch v := v.(type) {
	case string:
		d.open = append(d.open, v)
	case []any:
		for _, element := range v {
			d.openText(element)
		}
	case []member:
		for _, m := range v {
			if m.key != "variables" {
				d.openText(m.value)
			}
		}
	}
}
