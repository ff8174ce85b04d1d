package live

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// query is what a page is asked for.
type query struct {
	from    uint64   // exchanges of this id and later
	pending []uint64 // and those of these that have ended
	after   uint64   // not before there is another commit than this; 0: at once
}

func (q query) String() string {
	v := url.Values{"from": {strconv.FormatUint(q.from, 10)}}
	if len(q.pending) > 0 {
		ids := make([]string, len(q.pending))
		for i, id := range q.pending {
			ids[i] = strconv.FormatUint(id, 10)
		}
		v.Set("pending", strings.Join(ids, ","))
	}
	if q.after > 0 {
		v.Set("after", strconv.FormatUint(q.after, 10))
	}
	return v.Encode()
}

func parseQuery(v url.Values) (q query, err error) {
	if q.from, err = parseID(v.Get("from")); err != nil {
		return q, err
	}
	if text := v.Get("pending"); text != "" {
		for id := range strings.SplitSeq(text, ",") {
			n, err := parseID(id)
			if err != nil {
				return q, err
			}
			q.pending = append(q.pending, n)
		}
	}
	if text := v.Get("after"); text != "" {
		q.after, err = parseID(text)
	}
	return q, err
}

func parseID(text string) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a number", text)
	}
	return n, nil
}
