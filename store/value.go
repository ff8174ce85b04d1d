package store

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"

	"runnertape"
)

// exchange is what a value says of the exchange of that id, and the content of
// bodies that it holds, which lives as long as the transaction, and until b is
// used again. b is room for unpacking, or nil.
func (d *decompressor) exchange(tx *bbolt.Tx, b []byte, id uint64, value []byte) (x *runnertape.Exchange, content inlined, err error) {
	if len(value) > 0 && value[0] == asJSON {
		x = new(runnertape.Exchange)
		if err = json.Unmarshal(value, x); err != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, err)
		} else if x.ID != id {
			err = fmt.Errorf("%w: it says it is %d", ErrDamaged, x.ID)
		}
	} else {
		var record []byte
		if record, err = d.ofRecord(tx, b, value); err == nil {
			x, err = parseRecord(id, record, &content)
		}
	}
	if err != nil {
		return nil, content, fmt.Errorf("exchange %d: %w", id, err)
	}
	if x.State == runnertape.Done {
		digestInlined(&x.Request.Body, content[0])
		if x.Response != nil {
			digestInlined(&x.Response.Body, content[1])
		}
	}
	return x, content, nil
}

// emptyDigest is most digests: few answers of GitLab to a runner have a body.
var emptyDigest = runnertape.Digest(sha256.Sum256(nil))

func digestInlined(b *runnertape.Body, content []byte) {
	switch {
	case content == nil, b.Dropped():
	case len(content) == 0:
		b.SHA256 = emptyDigest
	default:
		b.SHA256 = sha256.Sum256(content)
	}
}
