package redact

import "strings"

// learnToken learns a token of a runner or a job, and its short form, which is
// in every job log, in CI_RUNNER_SHORT_TOKEN and in folder names: the first 8
// characters, or 9 behind a prefix (gitlab-runner helpers/shorten_token.go). That of a job's token is shown nowhere.
func (r *Redactor) learnToken(kind, name, token string) {
	r.learnNamed(kind, name, token)
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.secrets[token]
	if len(token) < minToken || s == nil || s.short || s.standIn == token {
		return
	}
	s.short = true
	prefix := tokenPrefix([]byte(token))
	if prefix == "glcbt-" || strings.HasPrefix(token[len(prefix):], "eyJ") { // what a JSON Web Token begins with, all do
		return
	}
	for _, start := range [...]int{keptPrefix(token), len(prefix)} {
		for _, end := range [...]int{start + 8, start + 9} {
			if end < len(token) {
				r.forms.addPiece(s, start, end)
			}
		}
	}
}

// Lines of a secret from these lengths on are secrets by themselves: in a key any,
// in a file those that are likely to have one in them. A log shows a file line by
// line, with other line ends and, since 18.7, with a time before each.
const (
	minKeyLine   = minSecret
	minDigitLine = 16
	minLine      = 24
)

// learnLines learns the lines of a key or a configuration file.
func (r *Redactor) learnLines(s *secret) {
	if !strings.Contains(s.value, "\n") {
		return
	}
	key := strings.Contains(s.value, "-----BEGIN ")
	at := 0
	for line := range strings.Lines(s.value) {
		text := strings.TrimSpace(line)
		start := at + strings.Index(line, text)
		at += len(line)
		least := minLine
		switch {
		case key:
			least = minKeyLine
		case strings.ContainsAny(text, digits):
			least = minDigitLine
		}
		if len(text) >= least && !strings.HasPrefix(text, "-----") && !notSecret[text] {
			r.forms.addPiece(s, start, start+len(text))
		}
	}
}
