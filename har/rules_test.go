package har

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// breaches are where a HAR is not as the format demands: the required members of HAR 1.2, their types, and what its text
// says of values. Members that begin with an underscore are free.
func breaches(text []byte) (found []string) {
	var root any
	if err := json.Unmarshal(text, &root); err != nil {
		return []string{err.Error()}
	}
	c := checker{&found}
	c.check("har", root, object{"log": object{
		"version": "string", "creator": object{"name": "string", "version": "string", "comment?": "string"}, "browser?": object{"name": "string", "version": "string"},
		"pages?": list{"any"}, "comment?": "string",
		"entries": list{object{
			"pageref?": "string", "startedDateTime": "time", "time": "duration", "serverIPAddress?": "string", "connection?": "string", "comment?": "string",
			"request": object{
				"method": "string", "url": "url", "httpVersion": "string", "cookies": list{cookieRule}, "headers": list{pairRule}, "queryString": list{pairRule},
				"postData?":   object{"mimeType": "string", "params?": list{"any"}, "text": "string", "comment?": "string"},
				"headersSize": "size", "bodySize": "size", "comment?": "string",
			},
			"response": object{
				"status": "number", "statusText": "string", "httpVersion": "string", "cookies": list{cookieRule}, "headers": list{pairRule},
				"content":     object{"size": "size", "compression?": "number", "mimeType": "string", "text?": "string", "encoding?": "string", "comment?": "string"},
				"redirectURL": "string", "headersSize": "size", "bodySize": "size", "comment?": "string",
			},
			"cache": object{"beforeRequest?": "any", "afterRequest?": "any", "comment?": "string"},
			"timings": object{
				"blocked?": "maybe", "dns?": "maybe", "connect?": "maybe", "send": "duration", "wait": "duration", "receive": "duration", "ssl?": "maybe", "comment?": "string",
			},
		}},
	}})
	return found
}

var (
	pairRule   = object{"name": "string", "value": "string", "comment?": "string"}
	cookieRule = object{"name": "string", "value": "string", "path?": "string", "domain?": "string", "expires?": "time", "httpOnly?": "bool", "secure?": "bool", "comment?": "string"}
)

type (
	object map[string]any // name, with ? if it is optional → rule
	list   [1]any         // rule of each
)

type checker struct{ found *[]string }

func (c checker) wrong(at, format string, args ...any) {
	*c.found = append(*c.found, at+": "+fmt.Sprintf(format, args...))
}

func (c checker) check(at string, value, rule any) {
	switch rule := rule.(type) {
	case object:
		m, ok := value.(map[string]any)
		if !ok {
			c.wrong(at, "%T is no object", value)
			return
		}
		for name, of := range rule {
			name, optional := strings.CutSuffix(name, "?")
			member, there := m[name]
			if there {
				c.check(at+"."+name, member, of)
			} else if !optional {
				c.wrong(at, "no %s", name)
			}
		}
		for name := range m {
			if _, ok := rule[name]; !ok && rule[name+"?"] == nil && !strings.HasPrefix(name, "_") {
				c.wrong(at, "%s is not of the format", name)
			}
		}
	case list:
		l, ok := value.([]any)
		if !ok {
			c.wrong(at, "%T is no array", value)
		}
		for i, e := range l {
			c.check(fmt.Sprintf("%s[%d]", at, i), e, rule[0])
		}
	case string:
		if why := wrongValue(value, rule); why != "" {
			c.wrong(at, "%s", why)
		}
	}
}

func wrongValue(value any, rule string) string {
	text, isText := value.(string)
	number, isNumber := value.(float64)
	truth, isTruth := value.(bool)
	ok := false
	switch rule {
	case "any":
		ok = true
	case "string":
		ok = isText
	case "bool":
		ok = isTruth || truth
	case "number":
		ok = isNumber
	case "duration":
		ok = isNumber && number >= 0
	case "size", "maybe":
		ok = isNumber && (number >= 0 || number == -1)
	case "time":
		_, err := time.Parse(time.RFC3339Nano, text)
		ok = err == nil
	case "url":
		u, err := url.Parse(text)
		ok = err == nil && u.IsAbs()
	}
	if ok {
		return ""
	}
	return fmt.Sprintf("%v is no %s", value, rule)
}
