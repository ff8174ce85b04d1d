package redact

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"

	"runnertape"
)

// basic is a Basic Authorization (RFC 7617), taken apart.
type basic struct {
	encoded        string // base64 of user:password, as it stands in the field
	coding         *base64.Encoding
	user, password string
	secretUser     bool // the user name is the token, as git sends https://TOKEN@host
}

// readBasic reads the value of an Authorization field.
func readBasic(value string) (b basic, ok bool) {
	scheme, encoded, _ := strings.Cut(value, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return b, false
	}
	return readEncoded(strings.TrimSpace(encoded))
}

// readLogin reads base64 of user:password. It is false for base64 of what is no text, too.
func readLogin(encoded string) (b basic, ok bool) {
	b, ok = readEncoded(encoded)
	return b, ok && isReadable(b.user+b.password)
}

// isReadable tells whether s is text that can be read.
func isReadable(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(c rune) bool { return c < ' ' && !unicode.IsSpace(c) || c == 0x7f }) < 0
}

func readEncoded(encoded string) (b basic, ok bool) {
	b.encoded = encoded
	for _, b.coding = range codings {
		if plain, err := b.coding.DecodeString(b.encoded); err == nil {
			b.user, b.password, ok = strings.Cut(string(plain), ":")
			b.secretUser = b.password == "" || notSecret[b.password]
			return b, ok
		}
	}
	return b, false
}

// with is b's encoded form with other contents of the same length.
func (b basic) with(user, password string) string {
	return b.coding.EncodeToString([]byte(user + ":" + password))
}

// learnCredentials learns the secret of an Authorization field. Of a Basic one
// the encoded form is known too: git and curl show it in traces.
func (r *Redactor) learnCredentials(f runnertape.Field) {
	if b, ok := readBasic(f.Value); ok {
		r.learnLogin(header, f.Name, b)
		return
	}
	if secrets := parameters(f.Value); secrets != nil {
		for _, secret := range secrets {
			r.learnNamed(header, f.Name, secret)
		}
		return
	}
	r.learnNamed(header, f.Name, bare(f.Value))
}

// learnLogin learns the password of a login, and its encoded form as a spelling of it. A password
// that is too short or too common for that is hidden where it stands only.
func (r *Redactor) learnLogin(kind, name string, b basic) {
	if secret := b.secret(); !isCommon(secret) {
		r.learnNamed(kind, name, secret)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.spellLogin(b)
}

// parameters are the secrets of an Authorization that has named parts: Signature and Credential of
// S3's, response of Digest (RFC 7616). It is nil for others.
func parameters(value string) (secrets []string) {
	scheme, rest, _ := strings.Cut(value, " ")
	if scheme != "Digest" && !strings.HasPrefix(scheme, "AWS4-") && !strings.HasPrefix(scheme, "GOOG4-") {
		return nil
	}
	for part := range strings.SplitSeq(rest, ",") {
		name, text, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch text = strings.Trim(text, `" `); strings.ToLower(name) {
		case "credential":
			secrets = append(secrets, keyOf(text))
		case "signature", "response":
			secrets = append(secrets, text)
		}
	}
	return secrets
}

// spellLogin learns the encoded form as a spelling of the secret in it, or as a
// secret of its own if that one is only masked; r.mu is held.
func (r *Redactor) spellLogin(b basic) {
	standIn := r.basicStandIn(b)
	if standIn == b.encoded {
		return
	}
	s := r.secrets[strings.TrimSpace(b.secret())]
	if known, _ := r.forms.find([]byte(b.encoded)); s == nil && known != nil {
		s = known.of
	} else if s == nil {
		s = &secret{value: strings.Clone(b.encoded), standIn: standIn}
	}
	r.forms.addText(s, strings.Clone(b.encoded), standIn)
	r.declared(s)
}

func (b basic) secret() string {
	if b.secretUser {
		return b.user
	}
	return b.password
}

// bare is a credential without its scheme.
func bare(value string) string {
	if _, credentials, ok := strings.Cut(value, " "); ok {
		return strings.TrimSpace(credentials)
	}
	return value
}

// credentials is the value of an Authorization field with stand-ins. A secret
// that is too short for one is hidden here, where nothing needs to relate to it;
// but a job token stays what it is elsewhere.
func (r *Redactor) credentials(value string) string {
	b, ok := readBasic(value)
	if ok {
		return strings.Replace(value, b.encoded, r.basicStandIn(b), 1)
	}
	if parameters(value) != nil {
		return r.text(value)
	}
	secret := bare(value)
	at := len(value) - len(secret)
	return value[:at] + r.forced(secret)
}

func (r *Redactor) basicStandIn(b basic) string {
	switch {
	case b.secretUser:
		return b.with(r.forced(b.user), b.password)
	case b.user == "gitlab-ci-token":
		return b.with(b.user, r.standIn(b.password))
	}
	return b.with(r.text(b.user), r.forced(b.password))
}

// forced is the stand-in of secret, or its mask.
func (r *Redactor) forced(secret string) string {
	if notSecret[secret] || !isCommon(secret) && r.known(secret) != nil {
		return r.standIn(secret)
	}
	return mask(secret)
}
