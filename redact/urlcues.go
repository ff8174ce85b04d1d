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

// maxURL bounds a URL in a text: presigned ones of S3 have up to three kilobytes.
const maxURL = 2 * maxToken

// readURL reads a URL. One in its query has a cue of its own, which also sees what follows.
func readURL(p []byte, found func(string)) (open bool) {
	_, after, _ := bytes.Cut(p, []byte("://"))
	after = after[:min(len(after), maxURL)]
	if next := bytes.Index(after, []byte("://")); next >= 0 {
		after = after[:next]
	} else {
		open = len(after) < maxURL
	}
	end := bytes.IndexAny(after, " \t\r\n\"'<>`\\")
	if end >= 0 {
		open = false
	} else {
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
	end, open := valueLen(rest, unquoted+"#")
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
