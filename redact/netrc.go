package redact

import "bytes"

// readNetrc reads an entry of a .netrc: machine HOST, then login, account and password in any
// order and layout (curl's and git's manual). Other words end it.
func readNetrc(p []byte, found func(string)) (open bool) {
	p = p[len("machine "):]
	p = p[:min(len(p), 1<<10)]
	for name := "machine"; ; {
		p = bytes.TrimLeft(p, " \t\r\n")
		n := bytes.IndexAny(p, " \t\r\n\"'\\<>")
		if n < 0 {
			n = len(p)
		}
		value := string(p[:n])
		if name == "password" && isPlausible(value) {
			found(value)
		}
		if p = p[n:]; len(p) == 0 {
			return true
		}
		if p = bytes.TrimLeft(p, " \t\r\n"); len(p) == 0 {
			return true
		}
		if n = bytes.IndexAny(p, " \t\r\n"); n < 0 {
			return len(p) <= len("password")
		}
		name = string(p[:n])
		if p = p[n:]; name != "login" && name != "account" && name != "password" {
			return false
		}
	}
}
