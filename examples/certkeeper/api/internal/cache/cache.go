// Package cache puts an optional Redis in front of single rows.
//
//   - Key rule: ck:<schema generation>:<entity>:<id>. Releases that need different schemas never read each other's entries.
//   - Entries live for the TTL ± 15 %, so that rows cached together do not expire together.
//   - "There is no such row" is cached too, for a shorter time.
//   - Concurrent misses for one key in one process load it once (single flight).
//   - A Redis that is slow or dead costs 50 ms once per second at most; the database answers instead.
//   - A write replaces the entry by a tombstone that outlives every load that began before it. Loads fill only empty keys, so
//     a reader that was overtaken by a writer cannot put the old row back, and readers who come after the write do not share
//     a load that began before it. Only if Redis cannot be reached in the moment of the write can an old row stay visible,
//     until its TTL.
package cache

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/singleflight"

	"certkeeper/internal/keeper"
)

const (
	redisTimeout = 50 * time.Millisecond
	retryAfter   = time.Second     // how long reads leave a failing Redis alone
	loadTimeout  = 3 * time.Second // for one load from the database
	tombstoneTTL = loadTimeout + time.Second
	jitter       = 0.15

	// What stands in place of a row, which is JSON and begins with '{'. A number that differs per write follows a tombstone.
	tombstone = "x"
	negative  = "-"
)

// Result says how a read was answered; it is a metric label.
type Result string

// The possible results of a read.
const (
	Hit         Result = "hit"
	NegativeHit Result = "negative_hit"
	Miss        Result = "miss"
	Bypass      Result = "bypass" // Redis failed or is being left alone
)

// Options configures a Cache. With an empty Addr there is no Redis and only concurrent loads are merged.
type Options struct {
	Addr, Password   string
	TTL, NegativeTTL time.Duration
	Generation       int
	Observe          func(entity string, r Result) // called once per read when there is a Redis
}

// Cache is safe for concurrent use.
type Cache struct {
	options  Options
	redis    *redis.Client // nil without Addr
	flights  singleflight.Group
	restTill atomic.Int64 // Unix nanoseconds; reads skip Redis until then
}

// New does not connect; a Redis that appears later is used from then on.
func New(o Options) *Cache {
	c := &Cache{options: o}
	if o.Addr != "" {
		redis.SetLogger(silent{}) // its lines are not JSON; failures show as "bypass" in the metrics
		c.redis = redis.NewClient(&redis.Options{
			Addr: o.Addr, Password: o.Password,
			DialTimeout: redisTimeout, ReadTimeout: redisTimeout, WriteTimeout: redisTimeout, PoolTimeout: redisTimeout,
			DialerRetries: 1, MaxRetries: -1, ContextTimeoutEnabled: true, DisableIdentity: true,
		})
	}
	return c
}

type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

// Close closes the connections to Redis.
func (c *Cache) Close() error {
	if c.redis == nil {
		return nil
	}
	return c.redis.Close()
}

// Key is where a row is cached.
func (c *Cache) Key(entity string, id int64) string {
	return "ck:" + strconv.Itoa(c.options.Generation) + ":" + entity + ":" + strconv.FormatInt(id, 10)
}

// Get returns the row's JSON from the cache, or from load (which also fills the cache). keeper.ErrNotFound from load is
// cached as well. The slice is shared: do not change it.
func (c *Cache) Get(ctx context.Context, entity string, id int64, load func(context.Context) ([]byte, error)) ([]byte, error) {
	key := c.Key(entity, id)
	if c.redis == nil {
		return c.merged(ctx, key, load)
	}
	value, result := c.read(ctx, key)
	c.options.Observe(entity, result)
	switch {
	case result == Hit:
		return []byte(value), nil
	case result == NegativeHit:
		return nil, keeper.ErrNotFound
	case result == Miss && value == "":
		return c.merged(ctx, key, func(ctx context.Context) ([]byte, error) { return c.filling(ctx, key, load) })
	case result == Miss:
		// Whoever has seen this tombstone began after its write, and may share a load only with others who did.
		return c.merged(ctx, key+value, load)
	default:
		return c.merged(ctx, key, load)
	}
}

// merged runs load once for all callers who ask under the same name at the same time.
func (c *Cache) merged(ctx context.Context, name string, load func(context.Context) ([]byte, error)) ([]byte, error) {
	flight := c.flights.DoChan(name, func() (any, error) {
		// One caller giving up must not fail the others, so the shared work has its own deadline.
		shared, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTimeout)
		defer cancel()
		return load(shared)
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case result := <-flight:
		if result.Err != nil {
			return nil, result.Err
		}
		return result.Val.([]byte), nil
	}
}

// filling loads and remembers the answer, unless somebody has written in the meantime.
func (c *Cache) filling(ctx context.Context, key string, load func(context.Context) ([]byte, error)) ([]byte, error) {
	row, err := load(ctx)
	switch {
	case err == nil:
		c.fill(ctx, key, string(row), c.options.TTL)
	case errors.Is(err, keeper.ErrNotFound):
		c.fill(ctx, key, negative, c.options.NegativeTTL)
	}
	return row, err
}

// read asks Redis. A Miss comes with the tombstone if there is one.
func (c *Cache) read(ctx context.Context, key string) (string, Result) {
	if time.Now().UnixNano() < c.restTill.Load() {
		return "", Bypass
	}
	value, err := c.redis.Get(ctx, key).Result()
	switch {
	case errors.Is(err, redis.Nil):
		return "", Miss
	case err != nil:
		c.rest()
		return "", Bypass
	case value == negative:
		return "", NegativeHit
	case len(value) == 0 || value[0] != '{':
		return tombstone + value, Miss // whatever is there, it is no row: do not fill over it
	}
	return value, Hit
}

func (c *Cache) fill(ctx context.Context, key, value string, ttl time.Duration) {
	if err := c.redis.SetNX(ctx, key, value, Jittered(ttl, rand.Float64())).Err(); err != nil {
		c.rest()
	}
}

func (c *Cache) rest() { c.restTill.Store(time.Now().Add(retryAfter).UnixNano()) }

// Invalidate must be called after a write has been committed. An error means that an old row may stay visible until its TTL.
func (c *Cache) Invalidate(ctx context.Context, entity string, id int64) error {
	key := c.Key(entity, id)
	c.flights.Forget(key) // without Redis too, later readers here must not join a load that began before the write
	if c.redis == nil {
		return nil
	}
	value := tombstone + strconv.FormatUint(rand.Uint64(), 36)
	err := c.redis.Set(context.WithoutCancel(ctx), key, value, tombstoneTTL).Err()
	if err != nil {
		c.rest()
	}
	return err
}

// Jittered spreads a TTL by ± 15 %; u is uniform in [0, 1).
func Jittered(ttl time.Duration, u float64) time.Duration {
	return time.Duration(float64(ttl) * (1 + jitter*(2*u-1)))
}
