package redact

import (
	"regexp"
	"slices"
	"strings"
)

// This file takes documents apart, so that they keep their form: a kubeconfig whose keys were
// replaced is none, and the job token in it has to be the one that the job has everywhere else.

// settingsOf are the settings of a text that is nothing but settings, without those that such a file may
// say openly. It is no such text if a password in it is too short or too common to be replaced by itself.
func settingsOf(text string) (all []leaf, ok bool) {
	if all = netrcOf(text); len(all) == 0 {
		all = linesOf(text)
	}
	if len(all) == 0 {
		return nil, false
	}
	for _, l := range all {
		if isSecretName(l.name) && l.value != "" && !isPlausible(l.value) && !notSecret[l.value] {
			return nil, false
		}
	}
	return slices.DeleteFunc(all, func(l leaf) bool {
		return len(l.value) < minSecret || len(l.value) <= maxWord && word.MatchString(l.value)
	}), true
}

// settingLine is a line of YAML, .env, .ini or .npmrc: a key, and what it is set to.
var settingLine = regexp.MustCompile(`^\s*(?:- )*\s*(?:export )?(["']?)([\w./:@-]*\w)(["']?)\s*(?::(?:\s+|$)|=)\s*(.*)$`)

// maxKey bounds the key of a setting.
const maxKey = 64

// otherLine is one that has no secret: a blank one, a document's beginning, a section.
var otherLine = regexp.MustCompile(`^\s*(---|\[[\w. -]+\])?\s*$`)

// linesOf are the settings of a text that is nothing but settings, one a line; none of any other text. One
// line alone may be a secret with a sign in it, and a name that a machine made may be base64.
func linesOf(text string) (all []leaf) {
	if !strings.Contains(strings.TrimSpace(text), "\n") {
		return nil
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if otherLine.MatchString(line) {
			continue
		}
		m := settingLine.FindStringSubmatch(line)
		if m == nil || isMachineMade(m[2]) || len(m[2]) > maxKey {
			return nil
		}
		value := strings.TrimSpace(m[4])
		if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
			value = value[1 : n-1]
		}
		if strings.HasPrefix(value, "|") || strings.HasPrefix(value, ">") || strings.HasPrefix(value, "{") || strings.HasPrefix(value, "[") {
			return nil // it goes on below, or is a document itself
		}
		all = append(all, leaf{m[2], value})
	}
	return all
}

// netrcOf are the passwords and names of a text that is nothing but a .netrc (curl's and git's manual).
func netrcOf(text string) (all []leaf) {
	words := strings.Fields(text)
	for len(words) > 0 {
		switch words[0] {
		case "default":
			words = words[1:]
			continue
		case "machine", "login", "account", "password":
		default:
			return nil
		}
		if len(words) < 2 {
			return nil
		}
		if words[0] != "machine" {
			all = append(all, leaf{words[0], words[1]})
		}
		words = words[2:]
	}
	return all
}

// maxFrame bounds the words before a known secret.
const maxFrame = 64

// isFrame tells that a value is a known secret with words before it: "ci:7:" before a job token,
// "Bearer ". It is no secret besides. A secret alone is not meant.
func (r *Redactor) isFrame(value string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.secrets[value] != nil {
		return false
	}
	begin := 0 // of the piece
	for i := range min(maxFrame, len(value)-minSecret) {
		if alphabet(value[i]) != "" {
			continue
		}
		if piece := value[begin:i]; piece != "" && (len(piece) > maxWord || !word.MatchString(piece)) {
			return false
		}
		begin = i + 1
		if rest := value[begin:]; r.secrets[rest] != nil || r.make.isStandIn(rest) {
			return true
		}
	}
	return false
}

// anyURL is a URL of any scheme, as of a database.
var anyURL = regexp.MustCompile(`^[a-z][a-z0-9+.-]*://\S+$`)

// hasPassword tells a URL whose secret is the password before its host.
func hasPassword(value string) bool {
	_, after, _ := strings.Cut(value, "://")
	userinfo, _ := urlParts(after)
	return anyURL.MatchString(value) && isPlausible(passwordOf(userinfo))
}

// pemFrame is the line before or behind a key or a certificate (RFC 7468).
var pemFrame = regexp.MustCompile(`^-----(BEGIN|END) ([A-Z0-9 ]+)-----`)

// isPEM tells a text that is nothing but keys and certificates. What is secret in it readPEM finds, line
// by line; certificates and public keys are none, and what trusts them could not read their stand-ins.
func isPEM(text string) bool {
	rest := strings.TrimSpace(text)
	for rest != "" {
		begin := pemFrame.FindStringSubmatch(rest)
		if begin == nil || begin[1] != "BEGIN" || !keyBegin.MatchString(begin[0]) && !publicPEM.MatchString(begin[2]) {
			return false
		}
		_, after, ok := strings.Cut(rest[len(begin[0]):], "-----END "+begin[2]+"-----")
		if !ok {
			return false
		}
		rest = strings.TrimSpace(after)
	}
	return text != ""
}

// publicPEM are the labels of what is no secret.
var publicPEM = regexp.MustCompile(`CERTIFICATE|PUBLIC KEY|PARAMETERS|X509 CRL`)
