package redact

import (
	"bytes"
	"slices"
	"strings"
)

// This file reads names that tell of a secret with a separator and a value: in .npmrc, .pypirc,
// AWS credentials, settings.xml, kubeconfigs, the output of env, JSON in a log.

// settingNames are the cues of settings. Those shorter than minCue go with what follows.
func settingNames() (all []string) {
	names := []string{"password", "passphrase", "secret", "passwd", "_token", "apikey", "api_key", "access_key", "secret_key", "private_key"}
	for _, name := range names {
		for _, spelled := range slices.Compact([]string{name, strings.ToUpper(name[:1]) + name[1:], strings.ToUpper(name)}) {
			if len(spelled) >= minCue {
				all = append(all, spelled)
				continue
			}
			for _, next := range []string{"=", ":", `"`, "'", " =", " :", `\`} {
				all = append(all, spelled+next)
			}
		}
	}
	return append(all, "accessToken", "AccessToken", "refreshToken", "RefreshToken", "authToken", "AuthToken",
		"clientSecret", "ClientSecret", "accessKey", "AccessKey", "secretKey", "SecretKey", "privateKey", "PrivateKey", "accountKey", "AccountKey",
		"client-key-data", "identitytoken", "registrytoken", `Token":`, ":_auth=")
}

// readNamed reads a setting in running text.
func readNamed(p []byte, found func(string)) (open bool) {
	const most = 32 // bytes of the name
	n := 1          // :_auth
	for n < min(len(p), most) && isNameByte(p[n]) {
		n++
	}
	if name := string(p[:n]); n < len(p) && name != ":_auth" && !isSecretName(name) { // password_file
		return false
	}
	value, open := readSetting(p[n:])
	if isMachineMade(string(value)) {
		found(string(value))
	}
	return open
}

// readSetting reads a separator and the value behind it, which may be quoted. It is empty if there is none.
func readSetting(p []byte) (value []byte, open bool) {
	i := 0
	for i < len(p) && i < 3 && bytes.IndexByte([]byte(`\"']`), p[i]) >= 0 {
		i++
	}
	quoted := i > 0
	i += blanks(p[i:])
	switch rest := p[i:]; {
	case len(rest) < 2:
		return nil, true
	case string(rest[:2]) == "=>" || string(rest[:2]) == ":=":
		i += 2
	case rest[0] == ':' && !quoted && strings.IndexByte(" \t\"'\\", rest[1]) < 0: // arn:aws:…:secret:name
		return nil, false
	case rest[0] == '=' || rest[0] == ':' || rest[0] == '>' && !quoted: // <password>
		i++
	default:
		return nil, false
	}
	i += blanks(p[i:])
	return quotedValue(p[i:])
}

// readFlag reads what stands behind a flag of a command line.
func readFlag(p []byte, found func(string)) (open bool) {
	n := bytes.IndexByte(p, ' ')
	if flag := string(p[:n]); flag == "curl" {
		n += len(" -u")
	}
	value, open := quotedValue(p[n+blanks(p[n:]):])
	if login := string(p[:n]); login == "--user" || login == "curl -u" {
		_, password, _ := bytes.Cut(value, []byte(":"))
		value = password
	}
	if isMachineMade(string(value)) {
		found(string(value))
	}
	return open
}

// readSettings reads a text that is all secret, as the value of a variable that is a file: there
// a name that tells of a secret is enough. Some files have blanks for separators.
func readSettings(text []byte, found func(value string)) {
	for at := 0; at < len(text); {
		begin := at
		for at < len(text) && isNameByte(text[at]) {
			at++
		}
		if at == begin {
			at++
			continue
		}
		if name := string(text[begin:at]); name != "_auth" && !isSecretName(name) {
			continue
		}
		value, _ := readSetting(text[at:])
		isSecret := isPlausible(string(value))
		if at < len(text) && len(value) == 0 && (text[at] == ' ' || text[at] == '\t') {
			value, _ = quotedValue(text[at+blanks(text[at:]):])
			isSecret = isMachineMade(string(value)) // it may be a sentence
		}
		if isSecret {
			found(string(value))
		}
	}
}

func isNameByte(c byte) bool { return alphabet(c) != "" || c == '_' || c == '-' || c == '.' }
