package replay

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// An Azure storage takes what is large in blocks: each is put with a name of the client's (comp=block), and then a list of names
// makes them the object (comp=blocklist). Its SDK wants 201 of all of it (Azure's REST API Put Block, Put Block List, Put Blob).

// Bounds of a list of blocks: Azure's of its names, and its size in bytes.
const (
	maxBlocks    = 50_000
	maxBlockList = 8 << 20
)

// errBlocks is a list of blocks that cannot be followed.
var errBlocks = errors.New("bad list of blocks")

// blockKey is where a block is until the list of them comes.
func blockKey(object, name string) string { return object + "?blockid=" + name }

// fill writes what was put, or the blocks that it names. Those are gone then.
func (r *Replayer) fill(w io.Writer, from io.Reader, req *http.Request) error {
	if req.URL.Query().Get("comp") != "blocklist" {
		_, err := io.Copy(w, from)
		return err
	}
	var list struct {
		Names []struct {
			Name string `xml:",chardata"`
		} `xml:",any"` // Latest, Uncommitted, Committed
	}
	if err := xml.NewDecoder(io.LimitReader(from, maxBlockList)).Decode(&list); err != nil {
		return fmt.Errorf("%w: %w", errBlocks, err)
	}
	if len(list.Names) > maxBlocks {
		return fmt.Errorf("%w: it has more than %d", errBlocks, maxBlocks)
	}
	var keys []string
	for _, named := range list.Names {
		keys = append(keys, blockKey(cacheKey(req), named.Name))
	}
	for _, key := range keys {
		r.mu.Lock()
		block := r.caches[key]
		r.mu.Unlock()
		if block == nil {
			return fmt.Errorf("%w: one of them is not there", errBlocks)
		}
		if err := block.appendTo(w); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, key := range keys {
		delete(r.caches, key)
	}
	return nil
}

// appendTo writes its content behind what w has.
func (c *cached) appendTo(w io.Writer) error {
	content, err := c.content.Open(0)
	if err != nil {
		return err
	}
	defer content.Close()
	_, err = io.Copy(w, content)
	return err
}

// putTo is where what a request puts is kept.
func putTo(req *http.Request) string {
	query := req.URL.Query()
	if query.Get("comp") == "block" {
		return blockKey(cacheKey(req), query.Get("blockid"))
	}
	return cacheKey(req)
}

// putStatus is what a storage answers that has taken it.
func putStatus(req *http.Request) int {
	if req.URL.Query().Has("sv") { // of a shared access signature
		return http.StatusCreated
	}
	return http.StatusOK
}
