// src/platform/bucket/types.ts
/** A bucket in one word, for messages: `s3://www/shop/`. Pure. */
function bucketText({ bucket, prefix }) {
	return `s3://${bucket}/${prefix}`;
}

export { bucketText as t };