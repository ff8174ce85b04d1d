package redact

import "bytes"

// readFormField reads a field of a multipart form whose name tells of a secret, as that of
// curl -F token=… to GitLab's pipeline triggers.
func readFormField(p []byte, found func(string)) (open bool) {
	const most = 256 // bytes of its head
	p = p[len(`form-data; name="`):]
	name, rest, ok := bytes.Cut(p[:min(len(p), most)], []byte(`"`))
	if !ok {
		return len(p) < most
	}
	if !isSecretName(string(name)) {
		return false
	}
	_, rest, ok = bytes.Cut(p[len(p[:min(len(p), most)])-len(rest):], []byte("\r\n\r\n"))
	if !ok {
		return len(p) < most
	}
	rest = rest[:min(len(rest), maxToken+1)]
	n := bytes.Index(rest, []byte("\r\n"))
	if open = n < 0 && len(rest) <= maxToken; n < 0 {
		n = len(rest)
	}
	if value := string(rest[:n]); isPlausible(value) {
		found(value)
	}
	return open
}
