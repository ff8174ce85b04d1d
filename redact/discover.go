package redact

import (
	"encoding/json"
	"strings"

	"runnertape"
)

// secretNames are the JSON keys whose string is a secret wherever they stand in
// what runners and GitLab say to each other: tokens of runners, jobs and
// dependencies, session authorization, passwords of registries, and what the
// secrets managers of a payload are given (GitLab lib/api/entities/ci/job_request).
var secretNames = map[string]bool{
	"token": true, "password": true, "authorization": true, "jwt": true, "secret": true,
	"private_token": true, "access_token": true, "job_token": true, "refresh_token": true,
	"access_key": true, "secret_key": true, "private_key": true, "client_secret": true,
	"akeyless_token": true, "uid_token": true, "k8s_service_account_token": true,
	"runners_token": true, "registration_token": true, "access_id": true,
}

// LearnJSON learns the secrets that a JSON body declares. It is false if body is
// not JSON.
func (r *Redactor) LearnJSON(body []byte) bool {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return false
	}
	var d declared
	d.walk("", v)
	for _, value := range d.values {
		r.Learn(value)
	}
	r.learnVariables(d.variables)
	for _, text := range d.texts {
		r.learnText(text)
	}
	return true
}

// declared is what a walk through a body gathers.
type declared struct {
	values    []string   // secrets by the name of their key
	variables []variable // entries with key, value, and public or masked
	texts     []string   // strings that may have a URL in them
}

func (d *declared) walk(name string, v any) {
	switch v := v.(type) {
	case string:
		if secretNames[strings.ToLower(name)] {
			d.values = append(d.values, v)
		}
		if strings.Contains(v, "://") {
			d.texts = append(d.texts, v)
		}
	case []any:
		for _, element := range v {
			d.walk(name, element)
		}
	case map[string]any:
		if entry, ok := asVariable(v); ok {
			d.variables = append(d.variables, entry)
			d.walk("", v["value"])
			return
		}
		if sensitive, _ := v["sensitive"].(bool); sensitive { // a job input's value
			d.all(v["content"])
		}
		for key, element := range v {
			d.walk(key, element)
		}
	}
}

// all takes every string below v for a secret.
func (d *declared) all(v any) {
	switch v := v.(type) {
	case string:
		d.values = append(d.values, v)
	case []any:
		for _, element := range v {
			d.all(element)
		}
	case map[string]any:
		for _, element := range v {
			d.all(element)
		}
	}
}

// asVariable tells an entry of variables by its shape. A variable that does not
// say it is public is not.
func asVariable(v map[string]any) (variable, bool) {
	key, isKey := v["key"].(string)
	value, isValue := v["value"].(string)
	_, hasPublic := v["public"]
	_, hasMasked := v["masked"]
	if !isKey || !isValue || !hasPublic && !hasMasked {
		return variable{}, false
	}
	public, _ := v["public"].(bool)
	masked, _ := v["masked"].(bool)
	return variable{key, value, public, masked}, true
}

// learnHead learns what the heads of an exchange declare.
func (r *Redactor) learnHead(target string, h runnertape.Header) {
	_, query, _ := strings.Cut(target, "?")
	r.learnQuery(query)
	for _, f := range h {
		r.learnField(f)
	}
}
