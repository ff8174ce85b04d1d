package decode

import (
	"encoding/json"
	"net/url"
	"slices"
)

// RewriteServer makes the variables of a job's payload that name GitLab without being URLs say what the URL to says:
// CI_SERVER_HOST, CI_SERVER_PORT, CI_SERVER_PROTOCOL and CI_SERVER_FQDN, where CI_SERVER_URL is one of from. It is for the
// payload as it was, before [RewriteURLs]. All other bytes stay; names of registries and images too, since who pulls
// images is no runner, and takes no plain HTTP.
//
// GitLab lib/gitlab/ci/variables/builder.rb predefined server variables, config/initializers/1_settings.rb
func RewriteServer(payload []byte, from []string, to string) []byte {
	target, ok := parseBase(to)
	if !ok {
		return payload
	}
	u, err := url.Parse(target.String())
	if err != nil {
		return payload
	}
	host, port := u.Hostname(), u.Port()
	if u.Host != "" && u.Host[0] == '[' {
		host = "[" + host + "]"
	}
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	fresh := map[string]string{"CI_SERVER_HOST": host, "CI_SERVER_PORT": port, "CI_SERVER_PROTOCOL": u.Scheme, "CI_SERVER_FQDN": u.Host}

	t, _, whole := readTree(payload)
	defer t.free()
	if !whole {
		return payload
	}
	variables := t.variables()
	named := slices.ContainsFunc(variables, func(v variableNodes) bool {
		b, ok := parseBase(t.meaning(v.value))
		return ok && v.key == "CI_SERVER_URL" && slices.ContainsFunc(from, func(address string) bool {
			f, ok := parseBase(address)
			return ok && f == b
		})
	})
	if !named {
		return payload
	}
	var out []byte
	done := 0
	for _, v := range variables {
		if value, ok := fresh[v.key]; ok {
			text, _ := json.Marshal(value) // of a string it cannot fail
			n := t.nodes[v.value]
			out = append(append(out, payload[done:n.start]...), text...)
			done = n.end
		}
	}
	return append(out, payload[done:]...)
}

// variableNodes is a variable of a payload, and where its value is.
type variableNodes struct {
	key   string
	value int // number of the node, a string
}

// variables are those of a whole payload, but for what is none.
func (t *tree) variables() (all []variableNodes) {
	list, ok := t.member(0, "variables")
	if !ok || t.nodes[list].kind != array {
		return nil
	}
	for n := list + 1; n < t.nodes[list].after; n = t.nodes[n].after {
		key, ok := t.member(n, "key")
		value, valued := t.member(n, "value")
		if ok && valued && t.nodes[key].kind == text && t.nodes[value].kind == text {
			all = append(all, variableNodes{t.meaning(key), value})
		}
	}
	return all
}

// member is the value of a name in a whole object, the last one of it.
func (t *tree) member(n int, name string) (value int, ok bool) {
	if t.nodes[n].kind != object {
		return 0, false
	}
	for k := n + 1; k < t.nodes[n].after; k = t.nodes[t.nodes[k].after].after {
		if t.meaning(k) == name {
			value, ok = t.nodes[k].after, true
		}
	}
	return value, ok
}
