package redact

import (
	"strings"

	"runnertape"
)

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
	r.say(d.said)
	for _, m := range d.values {
		r.learnDeclared(m.key, m.value.(string))
	}
	for _, content := range d.inputs {
		r.learnNamed("", "sensitive input", content)
	}
	for _, login := range d.logins {
		r.learnLogin(jsonKey, "auth", login)
	}
	for _, prefix := range d.prefixes {
		if !r.addPrefix(prefix) {
			r.note(jsonKey + "token_mask_prefixes")
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

// learnDeclared learns the value of a key that tells of a secret.
func (r *Redactor) learnDeclared(key, value string) {
	switch {
	case value == "" || notSecret[value]:
	case isCommon(value):
		r.note(jsonKey + key)
	case key == "token":
		r.learnToken(jsonKey, key, value)
	case strings.EqualFold(key, "authorization"):
		r.learnCredentials(runnertape.Field{Name: key, Value: value})
	default:
		r.learnNamed(jsonKey, key, value)
	}
}

func (r *Redactor) learnNumber(number string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s := r.learn(number); s != nil {
		s.number = true
	}
}
