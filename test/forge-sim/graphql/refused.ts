/** An error in an answer whose status is 200, as GitHub's GraphQL has them. */
export class GraphqlRefused extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}
