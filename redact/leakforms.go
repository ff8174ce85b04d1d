package redact

import (
	"bytes"
	"regexp"
)

// serviceToken is a form by which another service's tokens are told. They are not replaced by it: a name or a cue beside them
// tells of most, and a token that stands by itself is named by scan.
type serviceToken struct {
	kind    string
	prefix  string
	follows *regexp.Regexp // what is behind the prefix, from its first byte on
}

// serviceTokens are forms that stand for nothing else, as the services describe them.
var serviceTokens = []serviceToken{
	{"GitHub token", "ghp_", letters36},
	{"GitHub token", "gho_", letters36},
	{"GitHub token", "ghu_", letters36},
	{"GitHub token", "ghs_", letters36},
	{"GitHub token", "ghr_", letters36},
	{"GitHub token", "github_pat_", regexp.MustCompile(`^\w{36,}`)},
	{"AWS access key id", "AKIA", capitals16},
	{"AWS access key id", "ASIA", capitals16},
	{"Slack token", "xoxb-", numbered},
	{"Slack token", "xoxp-", numbered},
	{"Slack token", "xapp-", numbered},
	{"Slack webhook", "hooks.slack.com/services/", regexp.MustCompile(`^T\w+/B\w+/\w{20,}`)},
	{"Stripe key", "sk_live_", letters20},
	{"Stripe key", "rk_live_", letters20},
	{"Google API key", "AIza", regexp.MustCompile(`^[\w-]{35}\b`)},
	{"Docker token", "dckr_pat_", regexp.MustCompile(`^[\w-]{20,}`)},
	{"Vault token", "hvs.", regexp.MustCompile(`^[\w-]{24,}`)},
	{"Vault token", "hvb.", regexp.MustCompile(`^[\w-]{24,}`)},
	{"npm token", "npm_", letters36},
	{"PyPI token", "pypi-AgEI", regexp.MustCompile(`^[\w-]{40,}`)},
	{"SendGrid key", "SG.", regexp.MustCompile(`^[\w-]{22}\.[\w-]{43}`)},
	{"Hugging Face token", "hf_", regexp.MustCompile(`^[A-Za-z]{34}\b`)},
	{"Anthropic key", "sk-ant-", regexp.MustCompile(`^[\w-]{40,}`)},
	{"OpenAI key", "sk-proj-", regexp.MustCompile(`^[\w-]{40,}`)},
}

var (
	letters20  = regexp.MustCompile(`^[A-Za-z0-9]{20,}`)
	letters36  = regexp.MustCompile(`^[A-Za-z0-9]{36,}`)
	capitals16 = regexp.MustCompile(`^[A-Z2-7]{16}\b`)
	numbered   = regexp.MustCompile(`^[0-9A-Za-z]+-[\w-]{18,}`)
)

// forms looks for tokens of other services that begin in text between next and end.
func (w *nameWindow) forms(end int) {
	for _, t := range serviceTokens {
		for at := w.next; at < end; at += len(t.prefix) {
			step := bytes.Index(w.text[at:min(len(w.text), end+len(t.prefix)-1)], []byte(t.prefix))
			if step < 0 {
				break
			}
			at += step
			if w.isWithin(at) {
				continue
			}
			from := at + len(t.prefix)
			follows := t.follows.Find(w.text[from:min(len(w.text), from+maxBeside-len(t.prefix))])
			value := t.prefix + string(follows)
			if follows == nil || !looksMade(follows) || stood.MatchString(value) || w.isStandIn(value) || w.isStandIn(string(follows)) {
				continue
			}
			w.found(Leak{Kind: t.kind, At: w.at + at, Len: len(value), Where: nameBefore(w.text[max(0, at-maxLookBack):at]), Value: value})
		}
	}
}

// isWithin tells whether the letters and digits that stand at a place go on before it. That of an escape, as in \n, is none of them.
func (w *nameWindow) isWithin(at int) bool {
	return at > 0 && (alphabet(w.text[at-1]) != "" || w.text[at-1] == '_') && (at == 1 || w.text[at-2] != '\\')
}
