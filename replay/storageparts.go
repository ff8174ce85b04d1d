package replay

import (
	"fmt"
	"io"
	"strings"

	"runnertape"
	"runnertape/contents"
	"runnertape/redact"
)

// objectPart is a part of an object that was recorded, of one that runners fetched by ranges, as many at once as they like:
// what they ask for depends on their version.
//
// gitlab-runner network/gitlab.go tryArtifactParallelDownload
type objectPart struct {
	exchange  uint64
	from, end int64 // bytes of the object
}

// maxObjectParts bounds the parts that are known of one object.
const maxObjectParts = 4_000

// addPart takes a 206 of object storage.
func (all objects) addPart(x *runnertape.Exchange) {
	var p objectPart
	var total int64
	if _, err := fmt.Sscanf(x.Response.Header.Get("Content-Range"), "bytes %d-%d/%d", &p.from, &p.end, &total); err != nil {
		return
	}
	p.exchange, p.end = x.ID, p.end+1
	a := remember(x)
	if p.from < 0 || p.end > total || a.coding != "" || a.lost == "" && a.stored != p.end-p.from {
		return
	}
	key, query := hostPort(x.Scheme, x.Host)+x.Request.Path(), x.Request.Query()
	var of *object
	for _, o := range all[key] {
		if o.parts != nil && o.stored == total && redact.Anonymous("?"+o.query) == redact.Anonymous("?"+query) {
			of = o
		}
	}
	if of == nil {
		of = &object{recorded: a, query: query}
		of.header, of.stored = nil, total
		for _, f := range a.header {
			if !strings.EqualFold(f.Name, "Content-Range") {
				of.header = append(of.header, f)
			}
		}
		all[key] = append(all[key], of)
	}
	if of.lost == "" {
		of.lost = a.lost
	}
	if len(of.parts) < maxObjectParts {
		of.parts = append(of.parts, p)
	}
}

// join makes objects of parts, if together they are whole, and forgets the others.
func (all objects) join() {
	for key, objects := range all {
		kept := objects[:0]
		for _, o := range objects {
			if o.parts == nil {
				kept = append(kept, o)
			} else if parts := covering(o.parts, o.stored); parts != nil {
				o.parts, o.status = parts, 200
				kept = append(kept, o)
			}
		}
		all[key] = kept
	}
}

// covering are those of parts that cover size bytes, in order; nil if they do not.
func covering(parts []objectPart, size int64) (chosen []objectPart) {
	for at := int64(0); at < size; {
		var best objectPart
		for _, p := range parts {
			if p.from <= at && p.end > max(at, best.end) {
				best = p
			}
		}
		if best.end == 0 {
			return nil
		}
		chosen = append(chosen, best)
		at = best.end
	}
	return chosen
}

// openParts opens an object by its parts.
func openParts(bodies contents.Bodies, parts []objectPart) opener {
	return func(offset int64) (io.ReadCloser, error) {
		return &joined{bodies: bodies, parts: parts, at: offset}, nil
	}
}

// joined reads parts one after another.
type joined struct {
	bodies contents.Bodies
	parts  []objectPart // those not read yet, the one of r among them
	at     int64
	r      io.ReadCloser // nil: none is open
}

// Read implements io.Reader.
func (j *joined) Read(p []byte) (int, error) {
	for len(j.parts) > 0 && j.at >= j.parts[0].end {
		if j.parts = j.parts[1:]; j.r != nil {
			j.r.Close()
			j.r = nil
		}
	}
	if len(j.parts) == 0 {
		return 0, io.EOF
	}
	part := j.parts[0]
	if j.r == nil {
		r, err := contents.OfBody(j.bodies, part.exchange, runnertape.ResponseSide)(j.at - part.from)
		if err != nil {
			return 0, err
		}
		j.r = r
	}
	n, err := j.r.Read(p[:min(int64(len(p)), part.end-j.at)])
	if j.at += int64(n); err == io.EOF {
		if err = nil; j.at < part.end {
			err = io.ErrUnexpectedEOF
		}
	}
	return n, err
}

// Close implements io.Closer.
func (j *joined) Close() error {
	if j.r == nil {
		return nil
	}
	return j.r.Close()
}
