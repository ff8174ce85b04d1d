package decode

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
)

// Renewal is new numbers and tokens of jobs.
type Renewal struct {
	IDs    map[int64]int64   // the new number of a job by the old one
	Tokens map[string]string // the new token of a job by the old one
}

// Renew is a job's payload with the numbers and tokens of a Renewal in the place of the old ones: the tokens wherever they
// stand, the numbers where they are those of jobs (id, job_info, dependencies, CI_JOB_ID and its older name, and
// addresses of jobs). All other bytes stay. A token in base64 stays too.
//
// GitLab lib/api/entities/ci/job_request/response.rb, app/models/ci/build.rb persisted_variables
func Renew(payload []byte, r Renewal) []byte {
	for old, fresh := range r.Tokens {
		if old != "" {
			payload = bytes.ReplaceAll(payload, []byte(old), []byte(fresh))
		}
	}
	for old, fresh := range r.IDs {
		address := regexp.MustCompile(`((?:/|\\/)(?:jobs|builds)(?:/|\\/))` + strconv.FormatInt(old, 10) + `\b`)
		payload = address.ReplaceAll(payload, []byte("${1}"+strconv.FormatInt(fresh, 10)))
	}
	return renumber(payload, r.IDs)
}

// renumber puts new numbers of jobs into a payload.
func renumber(payload []byte, ids map[int64]int64) []byte {
	n := numbers{payload: payload, read: json.NewDecoder(bytes.NewReader(payload))}
	n.read.UseNumber()
	n.value("", func(path, literal string, end int) {
		switch path {
		case ".id", ".job_info.id", ".dependencies[].id", ".variables[].CI_JOB_ID", ".variables[].CI_BUILD_ID":
		default:
			return
		}
		old, err := strconv.ParseInt(literal, 10, 64)
		if fresh, ok := ids[old]; err == nil && ok {
			n.found = append(n.found, renumbered{end - len(literal), end, fresh})
		}
	})
	slices.SortFunc(n.found, func(a, b renumbered) int { return b.start - a.start }) // from the last on, so that the places before stay
	for _, f := range n.found {
		payload = slices.Replace(payload, f.start, f.end, []byte(strconv.FormatInt(f.fresh, 10))...)
	}
	return payload
}

// numbers finds numbers in a payload. What is broken ends it.
type numbers struct {
	payload []byte
	read    *json.Decoder
	found   []renumbered
}

// renumbered is a place in the payload, and what comes there.
type renumbered struct {
	start, end int
	fresh      int64
}

// value reads one value. It tells seen of every number, of every string that is one, by its path, with the end of its
// digits; of variables the path has the key. It tells whether it was read whole.
func (n *numbers) value(path string, seen func(path, literal string, end int)) bool {
	token, err := n.read.Token()
	if err != nil {
		return false
	}
	end := int(n.read.InputOffset())
	switch v := token.(type) {
	case json.Number:
		seen(path, v.String(), end)
	case string:
		if end > 1+len(v) && string(n.payload[end-1-len(v):end-1]) == v { // else it has escapes
			seen(path, v, end-1)
		}
	case json.Delim:
		if v == '[' {
			return n.array(path+"[]", seen)
		}
		return n.object(path, seen)
	}
	return true
}

func (n *numbers) array(path string, seen func(string, string, int)) bool {
	for n.read.More() {
		if !n.value(path, seen) {
			return false
		}
	}
	_, err := n.read.Token()
	return err == nil
}

func (n *numbers) object(path string, seen func(string, string, int)) bool {
	var key, value string // of a variable
	var at int
	for n.read.More() {
		name, err := n.read.Token()
		if err != nil {
			return false
		}
		ok := n.value(path+"."+name.(string), func(inner, literal string, end int) {
			switch inner {
			case ".variables[].key":
				key = literal
			case ".variables[].value":
				value, at = literal, end
			default:
				seen(inner, literal, end)
			}
		})
		if !ok {
			return false
		}
	}
	if value != "" {
		seen(path+"."+key, value, at)
	}
	_, err := n.read.Token()
	return err == nil
}
