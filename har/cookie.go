package har

import (
	"net/http"
	"time"

	"runnertape"
)

func requestCookies(h runnertape.Header) []Cookie {
	list := []Cookie{}
	for _, line := range h.Values("Cookie") {
		cookies, _ := http.ParseCookie(line) // what is no cookie is still among the headers
		for _, c := range cookies {
			list = append(list, Cookie{Name: c.Name, Value: c.Value})
		}
	}
	return list
}

func responseCookies(h runnertape.Header) []Cookie {
	list := []Cookie{}
	for _, line := range h.Values("Set-Cookie") {
		c, err := http.ParseSetCookie(line)
		if err != nil {
			continue
		}
		cookie := Cookie{Name: c.Name, Value: c.Value, Path: c.Path, Domain: c.Domain, HTTPOnly: c.HttpOnly, Secure: c.Secure}
		if !c.Expires.IsZero() {
			cookie.Expires = c.Expires.UTC().Format(time.RFC3339)
		}
		list = append(list, cookie)
	}
	return list
}
