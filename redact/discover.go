package redact

import (
	"encoding/json"
	"strings"

	"runnertape/decode"
)

// secretNames are the JSON keys whose string is a secret wherever they stand in
// what runners and GitLab say to each other: tokens of runners, jobs and
// dependencies, session authorization, passwords of registries, and what the
// secrets managers of a payload are given (GitLab lib/api/entities/ci/job_request).
// So is every key that ends in _token, _password or _secret.
var secretNames = map[string]bool{
	"token": true, "password": true, "authorization": true, "jwt": true, "secret": true, "secret_id": true,
	"access_key": true, "secret_key": true, "private_key": true, "access_id": true, "identitytoken": true,
}

func isSecretName(name string) bool {
	name = strings.ToLower(name)
	return secretNames[name] || strings.HasSuffix(name, "_token") ||
		strings.HasSuffix(name, "_password") || strings.HasSuffix(name, "_secret")
}

// LearnJSON learns the secrets that a JSON body declares. It is false if body is
// not JSON.
func (r *Redactor) LearnJSON(body []byte) bool {
	end := firstValue(body)
	if end > 0 {
		r.learnJSON(body[:end])
	}
	return end > 0
}

// learnJSON learns the secrets that a value declares.
func (r *Redactor) learnJSON(value []byte) {
	var d declared
	d.walk("", newParser(value).parse())
	for _, m := range d.values {
		if m.key == "token" {
			r.learnToken(m.key, m.value.(string))
		} else {
			r.learnNamed(m.key, m.value.(string))
		}
	}
	for _, number := range d.numbers {
		r.learnNumber(number)
	}
	r.learnVariables(d.variables, d.open)
	for _, text := range d.texts {
		r.learnText(text)
	}
}

func (r *Redactor) learnNumber(number string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s := r.learn(number); s != nil {
		s.number = true
	}
}

// declared is what a walk through a body gathers.
type declared struct {
	values    []member   // secrets by the name of their key
	numbers   []string   // sensitive numbers
	variables []variable // entries with key, value, and public or masked
	texts     []string   // strings that may have a URL in them
	open      []string   // names that the payload says openly, and that the runner must understand
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
		if name == "auth" { // DOCKER_AUTH_CONFIG
			if login, ok := readBasic("Basic " + v); ok {
				d.values = append(d.values, member{name, v}, member{name, login.secret()})
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

func (d *declared) walkObject(object []member) {
	if entry, ok := asVariable(object); ok {
		d.variables = append(d.variables, entry)
		d.walk("", entry.value)
		return
	}
	for _, m := range object {
		if m.key == "sensitive" && m.value == true {
			d.all(object) // a job input's value
		}
		switch m.key {
		case "image", "services", "job_info", "artifacts", "cache", "ref", "refspecs":
			d.openText(m.value)
		}
		d.walk(m.key, m.value)
	}
}

// all takes every string below an input's content for a secret.
func (d *declared) all(input []member) {
	var take func(v any)
	take = func(v any) {
		switch v := v.(type) {
		case string:
			d.values = append(d.values, member{"sensitive input", v})
		case json.Number:
			if !strings.ContainsAny(string(v), "eE") {
				d.numbers = append(d.numbers, string(v))
			}
		case []any:
			for _, element := range v {
				take(element)
			}
		case []member:
			for _, m := range v {
				take(m.value)
			}
		}
	}
	for _, m := range input {
		if m.key == "content" {
			take(m.value)
		}
	}
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
