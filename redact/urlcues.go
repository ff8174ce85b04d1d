package redact

import (
	"bytes"
	"strings"
)

// schemes are the cues of URLs: what may have a password in it.
func schemes() (all []string) {
	for _, scheme := range []string{
		"https", "http", "postgres", "postgresql", "mysql", "mariadb", "redis", "rediss", "mongodb", "+srv", "amqp", "amqps",
		"ftps", "sftp", "ldap", "ldaps", "smtp", "smtps", "imaps", "nats", "mqtt", "mqtts", "kafka", "socks5", "socks5h", "clickhouse",
		"sqlserver", "mssql", "oracle", "psycopg2", "asyncpg", "pymysql", "mysql2", "+ssh",
	} {
		all = append(all, scheme+"://")
	}
	for _, scheme := range []string{"ssh", "git", "ftp"} { // shorter than a cue
		for _, before := range ` "'=` {
			all = append(all, string(before)+scheme+"://")
		}
	}
	return all
}

// readURL reads a URL. One in its query has a cue of its own, which also sees what follows.
func readURL(p []byte, found func(string)) (open bool) {
	_, after, _ := bytes.Cut(p, []byte("://"))
	after = after[:min(len(after), 2*maxToken)]
	end := bytes.IndexAny(after, " \t\r\n\"'<>`\\")
	if next := bytes.Index(after, []byte("://")); next >= 0 && (end < 0 || next < end) {
		end = next
	}
	if open = end < 0 && len(after) < 2*maxToken; end < 0 {
		end = len(after)
	}
	userinfo, query := urlParts(string(after[:end]))
	if password := passwordOf(userinfo); isPlausible(password) {
		found(password)
	}
	eachSigned(query, func(_, raw string) {
		raw = strings.TrimRight(raw, ".,;)]}")
		if isPlausible(raw) {
			found(raw)
		}
	})
	return open
}

// readParameter reads a parameter of a presigned URL that has no scheme before it, or of an
// Authorization of S3.
func readParameter(p []byte, found func(string)) (open bool) {
	name, rest, _ := bytes.Cut(p, []byte("="))
	rest = rest[:min(len(rest), maxToken)]
	end := bytes.IndexAny(rest, "& \t\r\n\"'<>`\\,;#")
	if open = end < 0 && len(rest) < maxToken; end < 0 {
		end = len(rest)
	}
	value := string(rest[:end])
	if string(name) == "redential" {
		value = keyOf(value)
	}
	value = strings.TrimRight(value, ".)]}")
	if isMachineMade(value) {
		found(value)
	}
	return open
}
