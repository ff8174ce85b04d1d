package redact

import (
	"bytes"
	"regexp"
	"strings"
)

// tokenKinds is what tokens are called (docs/protocol.md §3.2).
var tokenKinds = map[string]string{
	"glrtr-": "runner registration token", "GR1348941": "runner registration token", "glrt-": "runner authentication token",
	"glcbt-": "CI job token", "glpat-": "GitLab personal access token", "gldt-": "GitLab deploy token",
	"glptt-": "pipeline trigger token", "glft-": "GitLab feed token", "glimt-": "incoming mail token", "glagent-": "agent token",
	"gloas-": "OAuth application secret", "glsoat-": "SCIM token", "glffct-": "feature flag client token", "glwt-": "workspace token",
	"gltok-": "GitLab token",
}

// jsonWebToken is a JWT: two objects and a signature, in base64url (RFC 7515 §3.1).
var jsonWebToken = regexp.MustCompile(`^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*$`)

// kindOfLeak says what a value is, by its form and what stands before it.
func kindOfLeak(value string, before []byte) string {
	switch prefix := tokenPrefix([]byte(value)); {
	case prefix != "" && tokenKinds[prefix] != "":
		return tokenKinds[prefix]
	case jsonWebToken.MatchString(value):
		return "JSON Web Token"
	case strings.Contains(value, "-----BEGIN ") && strings.Contains(value, "PRIVATE KEY"):
		return "private key"
	}
	kind, at := "secret", -1 // the last cue before it
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	for _, c := range cues {
		for _, text := range c.texts {
			if i := bytes.LastIndex(line, []byte(text)); i > at {
				kind, at = c.kind, i
			}
		}
	}
	switch kind {
	case "secret", "Bearer token", "private key":
		return kind
	}
	return kind + " secret"
}

// Public is how many of a secret's first bytes tell nothing: a token's prefix, and no more of it than
// runners show in their logs (gitlab-runner helpers/shorten_token.go).
func Public(value string) int {
	if tokenPrefix([]byte(value)) == "" {
		return min(otherPrefix(value), len(value))
	}
	return min(keptPrefix(value)+4, len(value)/2)
}

func otherPrefix(value string) int {
	if jsonWebToken.MatchString(value) {
		return len("eyJ")
	}
	return 0
}
