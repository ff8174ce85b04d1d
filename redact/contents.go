package redact

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"runnertape/decode"
)

// maxLeaves bounds the strings of a variable that is JSON; one with more is a secret as a whole.
const maxLeaves = 500

// minEncoded is the length from which a value may be base64 of a text.
const minEncoded = 16

// learnContents learns what is in the value of a variable that is a file or a document: a script
// shows the password in it alone. It is true if that is all: then the value, JSON or base64 of
// JSON, keeps its form, so that the runner and tools still read a DOCKER_AUTH_CONFIG.
func (r *Redactor) learnContents(v variable, openly *openTexts) (all bool) {
	if len(v.value) > maxSecret {
		return false
	}
	text := v.value
	if plain, ok := encodedText(text); ok {
		text = plain
	}
	if settings.MatchString(v.key) && !v.masked {
		return false
	}
	if isPEM(text) && !v.masked {
		r.learnInner([]byte(text))
		return text == v.value
	}
	leaves := leavesOf(text)
	isDocument := len(leaves) > 0
	if !isDocument && !v.masked && !r.make.isStandIn(strings.TrimSpace(v.value)) {
		if leaves, isDocument = settingsOf(text); isDocument {
			r.learnInner([]byte(text)) // a name tells more than a value
		}
	}
	if isDocument && len(leaves) <= maxLeaves {
		for _, leaf := range leaves {
			r.learnLeaf(v.key, leaf, openly)
		}
		return text == v.value
	}
	r.learnInner([]byte(text))
	return false
}

// encodedText is the text that value is base64 of, as a key that a CI variable could not hold otherwise.
func encodedText(value string) (text string, ok bool) {
	value = strings.Join(strings.Fields(value), "") // base64 breaks lines
	if len(value) < minEncoded {
		return "", false
	}
	for _, coding := range codings {
		if plain, err := coding.DecodeString(value); err == nil {
			return string(plain), utf8.Valid(plain) && isReadable(string(plain))
		}
	}
	return "", false
}

// leaf is a string in JSON.
type leaf struct{ name, value string }

// leavesOf are the strings of an object or a list of JSON, with the keys they stand under.
func leavesOf(text string) (all []leaf) {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") || !decode.IsJSON([]byte(text)) {
		return nil
	}
	var gather func(name string, v any)
	gather = func(name string, v any) {
		switch v := v.(type) {
		case string:
			all = append(all, leaf{name, v})
		case []any:
			for _, element := range v {
				gather(name, element)
			}
		case []member:
			for _, m := range v {
				gather(m.key, m.value)
			}
		}
	}
	gather("", newParser([]byte(text)).parse())
	return all
}

// learnLeaf learns a string of a variable that is JSON.
func (r *Redactor) learnLeaf(key string, l leaf, openly *openTexts) {
	if isDockerAuth(l.name) {
		if login, ok := readLogin(l.value); ok {
			r.learnLogin(variableName, key, login)
			return
		}
	}
	if plain, ok := encodedText(l.value); ok {
		r.learnInner([]byte(plain))
	}
	r.learnInner([]byte(l.value))
	r.learnHidden(key, l.value, openly)
}

// learnInner learns what stands beside names and cues in a text that is all secret.
func (r *Redactor) learnInner(text []byte) {
	if !bytes.ContainsAny(text, " \t\n=:>") {
		return
	}
	tell := func(kind, value string) {
		if r.isFrame(value) {
			return
		}
		r.mu.Lock()
		r.learnFound(kind, value)
		r.mu.Unlock()
		if plain, ok := encodedText(value); ok && kind == innerSetting {
			r.learnEncodedSetting(plain)
		}
	}
	readCues(text, tell)
	readSettings(text, func(value string) { tell(innerSetting, value) })
}

// innerSetting is the kind of what readSettings finds.
const innerSetting = "setting in a file"

// learnEncodedSetting learns what a setting is base64 of: _password and _auth of .npmrc, client-key-data of a
// kubeconfig.
func (r *Redactor) learnEncodedSetting(plain string) {
	if strings.Contains(plain, "-----BEGIN ") {
		r.learnInner([]byte(plain))
		return
	}
	_, password, isLogin := strings.Cut(plain, ":")
	if !isLogin {
		password = plain
	}
	if isPlausible(password) && !strings.ContainsAny(password, " \n") {
		r.Learn(password)
	}
}
